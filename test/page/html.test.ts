import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html } from '../../lib/page/html.ts';

test('whatever text is put in, no character of it is markup', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { markup } = html`<p title="${text}">${text}</p>`;
      const inside = markup.slice('<p title="'.length, -'</p>'.length);
      const [attribute, content] = inside.split('">');
      for (const part of [attribute, content]) {
        expect(part).not.toMatch(/[<>"']/);
        expect(part?.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))).toBe(text);
      }
    }),
  );
});

test('lists, numbers and nested HTML are put in as they are; nothing is left of what is absent', () => {
  const items = ['a&b', 'c'].map((item) => html`<li>${item}</li>`);
  expect(html`<ul>${items}</ul>${7}${undefined}${null}${false}`.markup).toBe('<ul><li>a&#38;b</li><li>c</li></ul>7');
});
