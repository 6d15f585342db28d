import { expect, test } from 'vitest';
import { distance, duration, moment } from '../../lib/page/times.ts';

test.each([
  [0, 'just now'],
  [-42_000, '42 s ago'],
  [5 * 60_000, 'in 5 min'],
  [-3 * 3_600_000, '3 h ago'],
  [3 * 86_400_000, 'in 3 days'],
])('a distance of %d ms is "%s"', (gap, words) => {
  expect(distance(1_000_000_000_000 + gap, 1_000_000_000_000)).toBe(words);
});

test('a duration is told in the largest unit that fits', () => {
  expect([8_400, 89_000, 95_000, 86_400_000].map(duration)).toEqual(['8 s', '89 s', '2 min', '24 h']);
});

test('a moment is in UTC and readable by machines', () => {
  const { markup } = moment(Date.UTC(2026, 10, 23, 16, 3), Date.UTC(2026, 10, 23, 14, 3));
  expect(markup).toBe(
    '<time datetime="2026-11-23T16:03:00.000Z">23 Nov 2026, 16:03 UTC</time> <span class="soft gap">(in 2 h)</span>',
  );
});
