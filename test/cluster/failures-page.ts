import { failures } from './failures.ts';
import { refusals } from './refusals.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');
const row = (...cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;
/** Digests are shown as one digit; the tests wait less than drover does. */
const shown = (line: string): string =>
  `“${line.replaceAll(/sha256:0{64}/g, 'sha256:0…').replace('within 0.3 s', 'within 10 s')}”`;

const tables = {
  '## While a release rolls out': [
    row('what is wrong', 'as Kubernetes tells it', 'as drover tells it', 'drover acts', ''),
    '| --- | --- | --- | --- | :-: |',
    ...failures.map(({ name, kubernetes, line, acts, contract }) =>
      row(name, kubernetes, shown(line), acts, contract ? '●' : ''),
    ),
  ],
  '## When the cluster is asked': [
    row('what is wrong', 'as Kubernetes tells it', 'as drover tells it', 'and then', ''),
    '| --- | --- | --- | --- | :-: |',
    ...refusals.map(({ name, kubernetes, line, retried, contract }) =>
      row(name, kubernetes, shown(line), retried ? 'tried again' : 'an outcome', contract ? '●' : ''),
    ),
  ],
};

/** docs/failures.md with the first table under each of these headings as the cases say it; all else stays as it was written. */
export function withTables(page: string): string {
  return Object.entries(tables).reduce((text, [heading, lines]) => {
    const at = text.indexOf(`${heading}\n`);
    const table = /(^\|.*\n)+/m.exec(text.slice(at));
    if (at < 0 || table === null) throw new Error(`docs/failures.md has no table under “${heading}”`);
    const begin = at + table.index;
    return `${text.slice(0, begin)}${lines.join('\n')}\n${text.slice(begin + table[0].length)}`;
  }, page);
}
