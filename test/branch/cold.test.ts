import { expect, test } from 'vitest';
import { decideBranch } from '../../lib/branch/decide.ts';
import type { BranchEvent } from '../../lib/branch/event.ts';
import { Branch } from '../../lib/branch/record.ts';
import type { ColdCause } from '../../lib/build/machine.ts';
import { frozen } from '../engine/frozen.ts';
import { commitOf, pushOf } from './pushes.ts';

/** What becomes of a branch, and what each newest release is told. */
function history(...events: BranchEvent[]) {
  let branch: Branch | undefined;
  const told: (ColdCause | undefined)[] = [];
  for (const event of events) {
    const decision = decideBranch(branch, frozen(event), 'shop');
    if (decision.kind === 'ignored') continue;
    branch = frozen(Branch.parse(decision.record));
    for (const effect of decision.effects)
      if (effect.kind === 'send-release' && effect.event.kind === 'pushed' && effect.event.newest)
        told.push(effect.event.cold);
  }
  return { branch, told };
}
const pushed = (from: string, to: string, second: number, touches?: ColdCause): BranchEvent => ({
  kind: 'pushed',
  push: { ...pushOf(from, to, second), ...(touches && { touches }) },
});
const warmed = (second: number): BranchEvent => ({ kind: 'warmed', order: second * 1_000 + 500 });

test('the first push is cold, and so is every one until a release was built', () => {
  expect(history(pushed('0', 'a', 1_000), pushed('a', 'b', 1_001)).told).toEqual(['first-build', 'first-build']);
  expect(history(pushed('0', 'a', 1_000), warmed(1_000), pushed('a', 'b', 1_001))).toMatchObject({
    told: ['first-build', undefined],
    branch: { commit: commitOf('b') },
  });
});

test('a lockfile that changed is as new to the next push, unless its build was good', () => {
  const before = [pushed('0', 'a', 1_000), warmed(1_000), pushed('a', 'b', 1_001, 'lockfile')];
  expect(history(...before, pushed('b', 'c', 1_002)).told.slice(1)).toEqual(['lockfile', 'lockfile']);
  const { told, branch } = history(...before, warmed(1_001), pushed('b', 'c', 1_002));
  expect(told.slice(1)).toEqual(['lockfile', undefined]);
  expect(branch).not.toHaveProperty('cold');
});

test('a good build of an earlier push says nothing of what a later one changed', () => {
  const all = [pushed('0', 'a', 1_000), pushed('a', 'b', 1_001, 'toolchain'), warmed(1_000), pushed('b', 'c', 1_002)];
  expect(history(...all).told).toEqual(['first-build', 'toolchain', 'toolchain']);
});

test('a late push changes nothing: the newest build has its files already, or is under way', () => {
  const all = [pushed('0', 'a', 1_005), warmed(1_005), pushed('0', 'b', 1_001, 'lockfile')];
  expect(history(...all).branch).not.toHaveProperty('cold');
});

test('word of a good build that changes nothing is ignored', () => {
  const { branch } = history(pushed('0', 'a', 1_000), warmed(1_000));
  expect(decideBranch(branch, warmed(1_000), 'shop')).toEqual({ kind: 'ignored', reason: 'not-cold' });
  expect(decideBranch(undefined, warmed(1_000), 'shop')).toEqual({ kind: 'ignored', reason: 'not-cold' });
  const colder = history(pushed('0', 'a', 1_000)).branch;
  expect(decideBranch(colder, warmed(999), 'shop')).toEqual({ kind: 'ignored', reason: 'cold-since-a-later-push' });
});

test('a lockfile that changed with a push of the same second, which was not the newest, is as new to the one that was', () => {
  const seen: BranchEvent = { kind: 'head-seen', commit: commitOf('c'), order: 1_001_500, waited: 2 };
  const all = [pushed('0', 'a', 1_000), warmed(1_000), pushed('0', 'a', 1_001), pushed('a', 'b', 1_001, 'lockfile')];
  expect(history(...all, pushed('b', 'c', 1_001), seen).told).toEqual(['first-build', undefined, 'lockfile']);
});
