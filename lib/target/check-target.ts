import type { Checked, Cluster } from '../cluster/cluster.ts';
import type { Environment } from '../codebase/codebase.ts';
import type { Advance } from '../engine/advance.ts';
import type { TargetEvent } from './event.ts';
import type { Target } from './record.ts';

type Looked = Extract<TargetEvent, { kind: 'drift-seen' | 'as-approved' | 'check-refused' }>;

/** What a look found, as the event that a target decides. `number` is the last rollout's when it was looked at. */
export function eventOf(checked: Checked, number: number): Looked {
  switch (checked.kind) {
    case 'as-approved':
      return { kind: 'as-approved', number };
    case 'differs':
      return { ...checked, kind: 'drift-seen', number };
    case 'refused':
      return { ...checked, kind: 'check-refused', number };
  }
}

/** Whether a look can change anything: what is live was approved, and neither a rollout nor a hold is in the way. */
export const isToBeChecked = ({ live, rollout, held }: Target): boolean =>
  live !== null && live.approved !== false && rollout === null && held === null;

/** Looks at what runs. Only where that is not what the record says is anything written. */
export async function checkTarget(
  { cluster, advance }: { cluster: Pick<Cluster, 'check'>; advance: Pick<Advance, 'target'> },
  target: Target,
  place: Environment,
): Promise<Checked['kind'] | 'left-out'> {
  const { codebase, environment, number, live } = target;
  if (live === null || !isToBeChecked(target)) return 'left-out';
  const checked = await cluster.check(place, live.image);
  if (checked.kind !== 'as-approved' || target.drift !== undefined)
    await advance.target(codebase, environment, eventOf(checked, number));
  return checked.kind;
}
