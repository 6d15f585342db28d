import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideBranch } from '../../lib/branch/decide.ts';
import type { BranchEvent } from '../../lib/branch/event.ts';
import { orderOf, secondOf } from '../../lib/branch/order.ts';
import { Branch, type Push } from '../../lib/branch/record.ts';
import { frozen } from '../engine/frozen.ts';
import { pushOf } from './pushes.ts';

test('the order of a push comes from its second alone, and stays within it', () => {
  expect(orderOf(pushOf('a', 'b', 7))).toBe(7_500);
  expect(secondOf(7_999)).toBe(7);
});

/** A branch that is pushed within one second: its commits in turn, each other than the one before. */
const walk = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 2, maxLength: 7 })
  .map((letters) => letters.filter((letter, i) => letter !== letters[i - 1]))
  .filter(({ length }) => length > 1);
const pushesOf = (letters: string[]): Push[] => letters.slice(1).map((to, i) => pushOf(letters[i] ?? '0', to));

type Told = { commit: string; order: number; newest: boolean; pushed: number };

/**
 * Pushes happen, their deliveries arrive in any order and some twice, the head is asked for and its answer is read later: `draws` says
 * what happens next. At last everything arrives that is on its way, but for the deliveries that are lost.
 */
function second(pushes: Push[], draws: number[], isLost: (push: number) => boolean) {
  let branch: Branch | undefined;
  let pushed = 0;
  let owed = 0;
  const onTheWay: Push[] = [];
  const asked: BranchEvent[] = [];
  const told: Told[] = [];

  const decide = (event: BranchEvent) => {
    const decision = decideBranch(branch, event, 'shop');
    if (decision.kind === 'ignored') return;
    branch = frozen(Branch.parse(decision.record));
    for (const effect of decision.effects)
      if (effect.kind === 'look-head') owed += 1;
      else if (effect.event.kind === 'pushed')
        told.push({ commit: effect.commit, order: effect.event.order, newest: effect.event.newest, pushed });
  };
  const steps = [
    () => {
      const push = pushes[pushed];
      if (push === undefined) return;
      if (!isLost(pushed)) onTheWay.push(push);
      pushed += 1;
    },
    (draw: number) => {
      const at = draw % (onTheWay.length || 1);
      const push = onTheWay[at];
      if (push === undefined) return;
      if (draw % 5 > 0) onTheWay.splice(at, 1);
      decide({ kind: 'pushed', push });
    },
    () => {
      if (owed === 0 || branch === undefined) return;
      owed -= 1;
      const commit = pushes[pushed - 1]?.commit;
      asked.push({ kind: 'head-seen', commit, order: branch.order, waited: branch.waited ?? 0 });
    },
    (draw: number) => asked.splice(draw % (asked.length || 1), 1).forEach(decide),
  ];
  for (const draw of draws) steps[draw % steps.length]?.(Math.floor(draw / steps.length));
  while (pushed < pushes.length) steps[0]?.(0);
  while (onTheWay.length > 0) steps[1]?.(1);
  for (let left = 100; left > 0 && (owed > 0 || asked.length > 0); left--) {
    steps[2]?.(0);
    steps[3]?.(0);
  }
  return { branch, told, isQuiet: owed === 0 };
}

describe('pushes of one second, whatever happens in between', () => {
  const draws = fc.array(fc.nat(999), { maxLength: 40, size: 'max' });
  /** The places at which a commit was pushed, of the pushes that had happened. */
  const placesOf = (pushes: Push[], { commit }: Told, happened: number) =>
    pushes.slice(0, happened).flatMap((push, i) => (push.commit === commit ? [i] : []));

  test('end with the head as the newest, and with every release told', () => {
    fc.assert(
      fc.property(walk, draws, (letters, drawn) => {
        const pushes = pushesOf(letters);
        const { branch, told, isQuiet } = second(pushes, drawn, () => false);
        expect(isQuiet).toBe(true);
        expect(branch?.commit).toBe(pushes.at(-1)?.commit);
        expect(branch).not.toHaveProperty('waiting');
        expect(new Set(told.map(({ commit }) => commit))).toEqual(new Set(pushes.map(({ commit }) => commit)));
      }),
      { numRuns: 1_000 },
    );
  });

  test('never make one the newest over a later one, also where deliveries are lost', () => {
    fc.assert(
      fc.property(walk, draws, fc.nat(127), (letters, drawn, lost) => {
        const pushes = pushesOf(letters);
        const { told } = second(pushes, drawn, (i) => (lost & (1 << i)) !== 0);
        for (const one of told)
          for (const other of told) {
            if (!one.newest || one.order <= other.order) continue;
            const happened = Math.max(one.pushed, other.pushed);
            const [ofOne, ofOther] = [placesOf(pushes, one, happened), placesOf(pushes, other, happened)];
            expect(Math.max(...ofOne)).toBeGreaterThanOrEqual(Math.min(...ofOther));
          }
      }),
      { numRuns: 1_000 },
    );
  });
});
