import { createHash } from 'node:crypto';

/** The one style of every page. Contrast of text is at least 4.5:1 in both schemes (WCAG 2.2, 1.4.3). */
export const style = `
:root{color-scheme:light dark;--ground:#f3f5f7;--card:#fff;--line:#d8dee5;--text:#17202b;--soft:#556170;--link:#0b5cad;--go:#146c2e;--on-go:#fff;--no:#a8211a;--focus:#0b5cad;--shade:0 1px 2px #1720290d,0 8px 24px #1720290f;
--info:#e8f1fb;--good:#e5f4e9;--warn:#fdf1d8;--bad:#fbe9e7}
@media (prefers-color-scheme:dark){:root{--ground:#0e1319;--card:#171e27;--line:#303b48;--text:#e7ecf2;--soft:#a3b0bf;--link:#7db8f5;--go:#4cc46a;--on-go:#06210d;--no:#ff9b92;--focus:#7db8f5;--shade:none;--info:#15283d;--good:#143021;--warn:#37290b;--bad:#3c1b19}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;-webkit-text-size-adjust:100%}
main{margin:0 auto;padding:clamp(1rem,5vw,4rem) 1rem}
main.narrow{max-width:42rem}
main.wide{max-width:76rem}
.brand{margin:0 0 .75rem;color:var(--soft);font-weight:600;letter-spacing:.04em}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;box-shadow:var(--shade);padding:clamp(1.1rem,4vw,2rem);margin:0 0 1.25rem}
h1{margin:0 0 .3rem;font-size:clamp(1.35rem,4.5vw,1.75rem);line-height:1.25;text-wrap:balance}
h2{margin:0 0 .8rem;font-size:1.1rem}
p{margin:.4rem 0}
.lead{margin:0 0 1.4rem;color:var(--soft)}
.soft{color:var(--soft)}
.gap{white-space:nowrap}
a{color:var(--link);text-underline-offset:.18em}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:4px}
.notice{border-radius:10px;padding:.85rem 1rem;margin:1rem 0 1.4rem;background:var(--info)}
.notice.good{background:var(--good)}.notice.warn{background:var(--warn)}.notice.bad{background:var(--bad)}
.notice p:first-child{margin-top:0}.notice p:last-child{margin-bottom:0}
.notice strong{display:block}
dl{display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.7rem 1.5rem;margin:0;overflow-wrap:anywhere}
dt{color:var(--soft)}
dd{margin:0;min-width:0}
dd ul,.plain{margin:0;padding:0;list-style:none}
.message{font-weight:600}
fieldset{border:0;border-top:1px solid var(--line);margin:1.6rem 0 0;padding:1.3rem 0 0;min-width:0}
legend{float:left;width:100%;padding:0;margin:0 0 .6rem;font-weight:600;font-size:1.1rem}
legend+*{clear:both}
label{display:block;margin-bottom:.3rem}
input{width:100%;font:inherit;color:inherit;background:var(--ground);border:1px solid var(--soft);border-radius:8px;padding:.65rem .8rem}
input[aria-invalid=true]{border-color:var(--no);border-width:2px}
.error{color:var(--no);font-weight:600}
.choices{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1rem}
button{flex:1 1 10rem;min-height:3rem;font:inherit;font-weight:600;padding:.65rem 1.2rem;border-radius:8px;border:2px solid transparent;cursor:pointer}
button.approve{background:var(--go);color:var(--on-go)}
button.reject{background:transparent;color:var(--no);border-color:currentColor}
button:hover{filter:brightness(1.08)}
.unseen{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;white-space:nowrap}
table{width:100%;border-collapse:collapse}
th,td{text-align:left;vertical-align:top;padding:.6rem .9rem .6rem 0;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--soft);font-weight:500;font-size:.9rem;white-space:nowrap}
tbody th{font-weight:600}
.state{display:inline-block;border-radius:99px;padding:.05rem .65rem;background:var(--info);white-space:nowrap;font-size:.92rem}
.state.good{background:var(--good)}.state.warn{background:var(--warn)}.state.bad{background:var(--bad)}
.ask{display:flex;flex-wrap:wrap;gap:.4rem 1.25rem;align-items:center;justify-content:space-between;padding:.8rem 0;border-top:1px solid var(--line)}
h2+.ask{border-top:0;padding-top:0}.ask:last-child{padding-bottom:0}
.ask>div{min-width:0;overflow-wrap:anywhere}
a.button{display:inline-block;background:var(--go);color:var(--on-go);font-weight:600;text-decoration:none;padding:.5rem 1rem;border-radius:8px}
@media (max-width:34rem){dl{grid-template-columns:1fr;gap:.1rem}dd{margin-bottom:.75rem}
table.stack thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
table.stack tr{display:block;border-top:1px solid var(--line);padding:.6rem 0}table.stack th,table.stack td{display:block;border:0;padding:.1rem 0}}
@media (forced-colors:active){.state,.notice,button,a.button{border:1px solid}}
`;

/** The style's hash as a CSP source: the style itself is all that a page may load. */
export const styleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
