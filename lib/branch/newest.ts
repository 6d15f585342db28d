import type { Decision } from '../engine/decision.ts';
import { coldAfter } from './cold.ts';
import type { BranchEffect } from './event.ts';
import { orderOf, secondOf } from './order.ts';
import type { Branch, Push } from './record.ts';

export type BranchDecision = Decision<Branch, BranchEffect>;
export type Changed = Extract<BranchDecision, { kind: 'changed' }>;

/** More pushes than this of one second are not kept: the head cannot make one of the others the newest. */
export const KNOWN_A_SECOND = 20;

/**
 * A push becomes the newest, and its release is told. Within a second that is known already its order is the next after the newest's;
 * what waited was pushed earlier.
 */
export function newest(branch: Branch | undefined, push: Push, codebase: string): Changed {
  const before = branch !== undefined && secondOf(branch.order) === push.pushedAt ? branch : undefined;
  const order = before === undefined ? orderOf(push) : before.order + 1;
  const older = (branch?.waiting ?? [])
    .filter((other) => other !== push)
    .map((other) => ({ push: other, order: branch?.order ?? order }));
  const cold = [...older.map((other) => other.push), push].reduce(
    (known, other) => coldAfter(known, { push: other, order }, branch === undefined),
    branch?.cold,
  );
  const told = { kind: 'pushed' as const, push, order, newest: true, ...(cold && { cold: cold.cause }) };
  const effects: BranchEffect[] = [
    { kind: 'send-release', commit: push.commit, event: told },
    ...older.map((other) => late(other.push, other.order)),
  ];
  if (branch !== undefined && branch.commit !== push.commit)
    effects.push({ kind: 'send-release', commit: branch.commit, event: { kind: 'newer-push', order } });
  const others = before === undefined ? [] : [...older, ...before.second.filter((other) => other.push !== push)];
  return {
    kind: 'changed',
    record: {
      kind: 'branch',
      codebase,
      commit: push.commit,
      order,
      second: [...others, { push, order }].slice(-KNOWN_A_SECOND),
      ...(cold && { cold }),
    },
    effects,
    remark: {
      what: 'pushed',
      text: push.forced ? 'pushed by force, as the newest' : 'pushed, as the newest',
      by: { name: push.pusher, how: 'github-push' },
      release: push.commit,
      detail: { before: push.before, order },
    },
  };
}

/** Its release is told of a push that is not the newest. */
export const late = (push: Push, order: number): BranchEffect => ({
  kind: 'send-release',
  commit: push.commit,
  event: { kind: 'pushed', push, order, newest: false },
});
