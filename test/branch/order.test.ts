import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideBranch } from '../../lib/branch/decide.ts';
import { comesBack, lastCommit, orderAbove, orderBelow, orderOf, secondOf } from '../../lib/branch/order.ts';
import type { Branch, Push } from '../../lib/branch/record.ts';
import { commitOf, pushOf } from './pushes.ts';

/** A branch that is pushed within one second: its commits in turn, each other than the one before. */
const walk = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 2, maxLength: 7 })
  .map((letters) => letters.filter((letter, i) => letter !== letters[i - 1]))
  .filter(({ length }) => length > 1);
const pushesOf = (letters: string[]): Push[] => letters.slice(1).map((to, i) => pushOf(letters[i] ?? '0', to));
const shuffled = <T>(things: T[]) => fc.shuffledSubarray(things, { minLength: things.length });

describe('the order of pushes', () => {
  test('comes from the second alone, and stays within it', () => {
    expect(orderOf(pushOf('a', 'b', 7))).toBe(7_500);
    expect(secondOf(7_999)).toBe(7);
    const second = [499, 500, 501].map((n) => ({ push: pushOf('a', 'b'), order: 1_000_000 + n }));
    expect([orderAbove(second), orderBelow(second)]).toEqual([1_000_502, 1_000_498]);
  });

  test('the end of a way through commits is found in any order, unless the way is a circle', () => {
    fc.assert(
      fc.property(
        walk.chain((letters) => fc.tuple(fc.constant(letters), shuffled(pushesOf(letters)))),
        ([letters, pushes]) => {
          const isCircle = letters.at(0) === letters.at(-1);
          expect(lastCommit(pushes)).toBe(isCircle ? undefined : commitOf(letters.at(-1) ?? ''));
        },
      ),
    );
  });

  test('steps that do not belong together have no end', () => {
    expect(lastCommit([])).toBeUndefined();
    expect(lastCommit([pushOf('a', 'b'), pushOf('c', 'd')])).toBeUndefined();
    expect(lastCommit([pushOf('a', 'b'), pushOf('a', 'c')])).toBeUndefined();
    expect(lastCommit([pushOf('a', 'b'), pushOf('c', 'd'), pushOf('d', 'c')])).toBeUndefined();
  });

  test('a branch comes back where it is at a commit twice', () => {
    fc.assert(
      fc.property(walk, (letters) => {
        expect(comesBack(pushesOf(letters))).toBe(new Set(letters).size < letters.length);
      }),
    );
  });
});

/** All deliveries of one second arrive, each perhaps twice; the head is asked for as often as the branch wants, at the end. */
function arrive(pushes: Push[], head: string): { branch: Branch | undefined; asked: number } {
  let branch: Branch | undefined;
  let owed = 0;
  let asked = 0;
  for (const push of pushes) {
    const decision = decideBranch(branch, { kind: 'pushed', push }, 'shop');
    if (decision.kind !== 'changed') continue;
    branch = decision.record;
    owed += decision.effects.filter(({ kind }) => kind === 'look-head').length;
  }
  for (; owed > 0 && branch !== undefined; owed--) {
    asked += 1;
    const decision = decideBranch(branch, { kind: 'head-seen', commit: head, order: branch.order }, 'shop');
    if (decision.kind === 'changed') branch = decision.record;
  }
  return { branch, asked };
}

describe('pushes of one second', () => {
  const story = walk.chain((letters) => {
    const pushes = pushesOf(letters);
    return fc.tuple(fc.constant(letters), shuffled([...pushes, ...pushes]));
  });

  test('any order of arrival, with repetitions, ends with the same newest', () => {
    fc.assert(
      fc.property(story, ([letters, deliveries]) => {
        const last = commitOf(letters.at(-1) ?? '');
        expect(arrive(deliveries, last).branch?.commit).toBe(last);
      }),
      { numRuns: 500 },
    );
  });

  test('in order, and never back at a commit, they need no look at the head', () => {
    fc.assert(
      fc.property(
        walk.filter((letters) => new Set(letters).size === letters.length),
        (letters) => {
          const { branch, asked } = arrive(pushesOf(letters), 'unasked');
          expect([branch?.commit, asked]).toEqual([commitOf(letters.at(-1) ?? ''), 0]);
        },
      ),
    );
  });

  test('the same step made once more is told apart by the head alone', () => {
    const deliveries = [pushOf('a', 'b'), pushOf('b', 'c'), pushOf('b', 'c'), pushOf('c', 'b')];
    const { branch, asked } = arrive(deliveries, commitOf('c'));
    expect(branch?.commit).toBe(commitOf('c'));
    expect(asked).toBeGreaterThan(0);
  });
});
