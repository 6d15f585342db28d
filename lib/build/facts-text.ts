import type { Facts } from './facts.ts';

/** Characters of DROVER_FACTS at most: it is one of several variables that a build exports, and is kept in a record. */
const longestFacts = 4_000;

/**
 * The facts as one line of JSON in ASCII, at most `most` characters long. What does not fit is cut in the order of `cuts`, each
 * only as far as it must be, and never in the middle of what makes it JSON.
 */
export function factsText(facts: Facts, most = longestFacts): string {
  let left = facts;
  for (const cut of cuts)
    for (let over = asciiJson(left).length - most; over > 0; over = asciiJson(left).length - most) {
      const shorter = cut(left, over);
      if (shorter === undefined) break;
      left = shorter;
    }
  const text = asciiJson(left);
  return text.length <= most ? text : '{}';
}

/** The facts with one thing less, or undefined where nothing of it is left. `over`: characters too many. */
type Cut = (facts: Facts, over: number) => Facts | undefined;
type Failures = NonNullable<NonNullable<Facts['tests']>['failures']>;

/** What a reader misses least comes first: how it ended and what the first failing test said are kept longest. */
const cuts: Cut[] = [
  // The slowest tests.
  (facts) => {
    const { slowest, ...tests } = facts.tests ?? { total: 0, failed: 0, skipped: 0 };
    return slowest && { ...facts, tests };
  },
  // The failures but the first, from the last.
  (facts) => withFailures(facts, (failures) => (failures.length > 1 ? failures.slice(0, -1) : undefined)),
  // The last lines, from their beginning.
  ({ tail, ...rest }) =>
    tail && (tail.lines.length > 1 ? { ...rest, tail: { ...tail, lines: tail.lines.slice(1) } } : rest),
  // What the first failure says, from its end. A character may be six in ASCII: then it takes more than one round.
  (facts, over) =>
    withFailures(facts, ([first, ...others]) =>
      first && first.text !== ''
        ? [{ ...first, text: first.text.slice(0, -Math.ceil(over / 6)) }, ...others]
        : undefined,
    ),
  (facts) => withFailures(facts, (failures) => (failures.length > 0 ? [] : undefined)),
  // Why the cache was cold.
  ({ cache, ...rest }) => (cache?.includes(':') ? { ...rest, cache: cache.replace(/:.*$/s, '') } : undefined),
  // The steps that ended last.
  ({ steps, ...rest }) => (steps && steps.length > 0 ? { ...rest, steps: steps.slice(0, -1) } : undefined),
];

function withFailures(facts: Facts, change: (failures: Failures) => Failures | undefined): Facts | undefined {
  const failures = change(facts.tests?.failures ?? []);
  return failures && facts.tests && { ...facts, tests: { ...facts.tests, failures } };
}

/** A build's shell may know no other characters. */
const asciiJson = (facts: Facts): string =>
  JSON.stringify(facts).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
