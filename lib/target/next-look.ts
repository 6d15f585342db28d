import { type Instant, minutes, seconds } from '../engine/instant.ts';
import type { Draft } from './draft.ts';
import type { Rollout } from './record.ts';

/** Owes one more look at a rollout. */
export function watchAgain(draft: Draft, rollout: Rollout): void {
  const { effects, context } = draft;
  effects.push({ kind: 'watch', number: rollout.number, notBefore: context.now + untilNextLook(draft, rollout) });
}

/** When what is complete may be called so: its window is over, and so is the time of whoever was at work before it. */
export function stableAt(
  { completeSince, othersUntil = 0 }: Rollout,
  { stabilitySeconds }: { stabilitySeconds: number },
  now: Instant,
): Instant {
  return Math.max((completeSince ?? now) + seconds(stabilitySeconds), othersUntil);
}

/** Looks at a rollout that takes long become fewer: half as many after a minute, a third after five. */
const LONG = minutes(1);
const VERY_LONG = minutes(5);
/** So often what is complete is looked at within the window in which it must be stable: restarts are counted, so none is missed. */
const LOOKS_WITHIN_WINDOW = 6;

/** Time until the next look, in milliseconds: what is complete is looked at the last time when its window ends, not a step later. */
function untilNextLook({ context: { now, watchAfter, environment } }: Draft, rollout: Rollout): number {
  if (rollout.completeSince !== undefined) {
    const step = Math.max(watchAfter, seconds(environment.stabilitySeconds) / LOOKS_WITHIN_WINDOW);
    return Math.min(step, Math.max(stableAt(rollout, environment, now) - now, 0));
  }
  const since = now - (rollout.deadline - seconds(environment.rolloutDeadlineSeconds));
  return watchAfter * (since < LONG ? 1 : since < VERY_LONG ? 2 : 3);
}
