import { expect, test } from 'vitest';
import { interleave, ratios, showSpread } from '../../bench/measure.ts';
import { sectionOf, withSection } from '../../bench/report.ts';

const section = (title: string, figure: string) =>
  sectionOf(title, 'How.', { tables: [{ head: ['what', 'ms'], rows: [['a | b', figure]] }], notes: ['A note.'] });

test('a section is a heading, how it was measured, a table with its figures to the right, and notes', () => {
  expect(section('One', '1.5 (1–2)')).toBe(
    '## One\n\nHow.\n\n| what | ms |\n| :-- | --: |\n| a \\| b | 1.5 (1–2) |\n\n- A note.\n',
  );
});

test('a section takes the place of the one of its heading, and leaves the others as they are', () => {
  const both = withSection(withSection('# Results\n', section('One', '1')), section('One more', '2'));
  expect(withSection(both, section('One', '3'))).toBe(both.replace('| 1 |', '| 3 |'));
  expect(both.match(/^## .*$/gm)).toEqual(['## One', '## One more']);
});

test('variants run in turn, the first round uncounted; pairs are compared with each other', async () => {
  const order: string[] = [];
  const variant = (name: string) => async () => order.push(name);
  const [a = [], b = []] = await interleave(2, [variant('A'), variant('B')]);
  expect(order.join('')).toBe('ABABAB');
  expect([a, b]).toEqual([
    [3, 5],
    [4, 6],
  ]);
  expect(ratios([2, 9, 4], [1, 3, 4])).toEqual([2, 3, 1]);
  expect(showSpread([4, 1, 2, 3], 1)).toBe('2.5 (1.0–4.0)');
  expect(() => showSpread([], 1)).toThrow('nothing was measured');
});
