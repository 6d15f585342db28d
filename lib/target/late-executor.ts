import type { Applied } from '../cluster/cluster.ts';
import { about, type Draft, type Row, type TargetContext } from './draft.ts';
import type { Rollout } from './record.ts';

// An executor that was stopped between looking and patching gives way to a higher number on the workload. Where the cluster lets drover
// write none, though the image is right already, there is only one other way to be sure: to wait until no such executor can be left.

/** What was applied without a number is not live before the lease of whoever was at work before it has passed. */
export function waitForOthers(
  rollout: Rollout,
  { unnumbered }: Extract<Applied, { kind: 'applied' }>,
  { now, lease }: Pick<TargetContext, 'now' | 'lease'>,
): void {
  delete rollout.othersUntil;
  if (unnumbered === undefined) return;
  rollout.othersUntil = now + lease;
  rollout.deadline = Math.max(rollout.deadline, rollout.othersUntil);
}

/** What is aborted while its workload is perhaps being made has no place for a number yet: it is looked for once more after the lease. */
export function waitForMaker(rollout: Rollout, { now, lease }: Pick<TargetContext, 'now' | 'lease'>): void {
  if (rollout.phase === 'stopping' && rollout.place.create && rollout.running === null)
    rollout.othersUntil = now + lease;
}

/** Such an executor has put back what was replaced: the image is applied again, which is a change of its own, with a number. */
export function appliedLate({ effects }: Draft, rollout: Rollout, image: string | undefined): Row {
  delete rollout.othersUntil;
  delete rollout.completeSince;
  effects.push({ kind: 'apply', number: rollout.number });
  const text = `an executor that was late undid it: ${image} is applied again`;
  return { what: 'applied-late', text, ...about(rollout), detail: { number: rollout.number } };
}
