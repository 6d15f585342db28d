import type { Watched } from '../cluster/cluster.ts';
import { type Instant, minutes } from '../engine/instant.ts';
import { about, type Draft, type Row, tell } from './draft.ts';
import { watchAgain } from './next-look.ts';
import type { Rollout } from './record.ts';

/** An API server that has just started refuses every look until it has read its Roles (kubernetes/kubernetes#121635): that passes. */
const PATIENCE = minutes(1);

/** Keeps since when it may not be looked at. */
export function keepUnseen(rollout: Rollout, { blocked }: Watched, now: Instant): void {
  if (blocked === 'not-seen') rollout.unseenSince ??= now;
  else delete rollout.unseenSince;
}

/** Whether a look says for the first time that only a person's hand makes it go on; what may not be looked at, once that lasts. */
export function isNewlyBlocked(rollout: Rollout, { blocked }: Watched, now: Instant): boolean {
  if (blocked === undefined || rollout.blocked) return false;
  return rollout.unseenSince === undefined || now - rollout.unseenSince >= PATIENCE;
}

/** Said and told once, long before the deadline, and watched on. */
export function blocked(draft: Draft, rollout: Rollout, reason: string): Row {
  rollout.blocked = true;
  tell(draft, { kind: 'alarm', environment: draft.target.environment, reason });
  watchAgain(draft, rollout);
  return { what: 'blocked', text: reason, ...about(rollout), detail: { number: rollout.number } };
}
