import type { Facts } from '../build/facts.ts';
import type { Release } from '../release/record.ts';
import { duration } from './times.ts';

// What a build told, in the words of every page and of the command line.

type Tests = Pick<NonNullable<Facts['tests']>, 'total' | 'failed' | 'skipped'>;

/** `42 tests passed`, `40 tests passed, 2 skipped`, `1 of 42 tests failed`. */
export function testsWords({ total, failed, skipped }: Tests): string {
  const left = skipped > 0 ? `, ${skipped} skipped` : '';
  if (failed > 0) return `${failed} of ${counted(total, 'test')} failed${left}`;
  return `${counted(total - skipped, 'test')} passed${left}`;
}

/** `cache hit`, `older cache`, `no cache yet`, `no cache: the archive began more than 30 days ago`; and how many crates were compiled. */
export function cacheWords({ cache, compiled }: Pick<Facts, 'cache' | 'compiled'>): string | undefined {
  const known: Record<string, string> = {
    hit: 'cache hit',
    warm: 'cache hit',
    older: 'older cache',
    // A first build, or one of a codebase that has nothing to keep (lib/build/cache/restore.ts).
    'cold: there is no archive of this toolchain': 'no cache yet',
  };
  const found = cache && (known[cache] ?? cache.replace(/^cold/, 'no cache'));
  const crates = compiled === undefined ? undefined : `${counted(compiled, 'crate')} compiled`;
  return [found, crates].filter(Boolean).join(', ') || undefined;
}

/** Bytes as `812 kB` or `12.3 MB`. */
export const sizeWords = (bytes: number): string =>
  bytes < 999_500 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

/** `0.3 MB more than`, `12 kB less than`, `as large as`: what is less than a thousand bytes is nobody's concern. */
export function changeWords(bytes: number, before: number): string {
  const change = bytes - before;
  if (Math.abs(change) < 1_000) return 'as large as';
  const size = Math.abs(change) < 100_000 ? sizeWords(Math.abs(change)) : `${(Math.abs(change) / 1e6).toFixed(1)} MB`;
  return `${size} ${change > 0 ? 'more' : 'less'} than`;
}

/** `0.34 cents`, `1 cent`, `12 cents`: two digits are enough to compare. */
export function centsWords(cents: number): string {
  const shown = Number(cents.toPrecision(2));
  return `${shown} ${shown === 1 ? 'cent' : 'cents'}`;
}

/** What a page says of a build in passing: how long it took, tests, cache, cost; what is not known is left out. */
export function shortFacts(build: NonNullable<Release['build']>): string[] {
  const { startedAt, finishedAt, tests, cents } = build;
  return [
    finishedAt === undefined ? undefined : `took ${duration(finishedAt - startedAt)}`,
    tests && testsWords(tests),
    cacheWords(build),
    cents === undefined ? undefined : centsWords(cents),
  ].filter((words) => words !== undefined);
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
