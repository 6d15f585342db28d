import { expect, test } from 'vitest';
import { cacheWords, centsWords, changeWords, shortFacts, sizeWords, testsWords } from '../../lib/page/build-words.ts';

test('tests', () => {
  expect(testsWords({ total: 42, failed: 0, skipped: 0 })).toBe('42 tests passed');
  expect(testsWords({ total: 1, failed: 0, skipped: 0 })).toBe('1 test passed');
  expect(testsWords({ total: 42, failed: 0, skipped: 2 })).toBe('40 tests passed, 2 skipped');
  expect(testsWords({ total: 42, failed: 1, skipped: 2 })).toBe('1 of 42 tests failed, 2 skipped');
});

test('cache', () => {
  expect(cacheWords({ cache: 'hit', compiled: 1 })).toBe('cache hit, 1 crate compiled');
  expect(cacheWords({ cache: 'warm' })).toBe('cache hit');
  expect(cacheWords({ cache: 'older', compiled: 3 })).toBe('older cache, 3 crates compiled');
  expect(cacheWords({ cache: 'cold: it is too old' })).toBe('no cache: it is too old');
  expect(cacheWords({ cache: 'cold: there is no archive of this toolchain' })).toBe('no cache yet');
  expect(cacheWords({ cache: 'cold' })).toBe('no cache');
  expect(cacheWords({})).toBeUndefined();
});

test('size, and its change', () => {
  expect([0, 812_400, 999_999, 1_000_000, 12_345_678].map(sizeWords)).toEqual([
    '0 kB',
    '812 kB',
    '1.0 MB',
    '1.0 MB',
    '12.3 MB',
  ]);
  expect(changeWords(12_345_678, 12_000_000)).toBe('0.3 MB more than');
  expect(changeWords(12_000_000, 12_012_000)).toBe('12 kB less than');
  expect(changeWords(12_000_000, 12_000_999)).toBe('as large as');
});

test('cost', () => {
  expect([0, 0.06, 0.34, 1, 2.04, 12, 399.6].map(centsWords)).toEqual([
    '0 cents',
    '0.06 cents',
    '0.34 cents',
    '1 cent',
    '2 cents',
    '12 cents',
    '400 cents',
  ]);
});

test('in passing, what is not known is left out', () => {
  expect(shortFacts({ id: 'b', startedAt: 0 })).toEqual([]);
  expect(
    shortFacts({
      id: 'b',
      startedAt: 0,
      finishedAt: 72_000,
      tests: { total: 3, failed: 0, skipped: 0 },
      cache: 'hit',
      cents: 0.68,
    }),
  ).toEqual(['took 72 s', '3 tests passed', 'cache hit', '0.68 cents']);
});
