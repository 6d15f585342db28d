import { ignored } from '../engine/decision.ts';
import type { By } from '../history/entry.ts';
import { ask } from './ask.ts';
import { about, type Draft, type Row, tell } from './draft.ts';
import { foreign, observed } from './live.ts';

/** Who holds a target where no person does. */
export const DROVER: By = { name: 'drover', how: 'drover' };

/** A hold by drover itself raises an alarm, except after a person's own rollback. An open ask is closed; it is asked anew afterwards. */
export function beHeld(draft: Draft, reason: string, by = DROVER, alarm = by === DROVER): void {
  const { target, context } = draft;
  if (target.candidate !== null) target.candidate.ask = null;
  if (target.held === null) {
    target.holds += 1;
    target.held = { number: target.holds, reason, by, at: context.now };
  }
  if (alarm) tell(draft, { kind: 'alarm', environment: target.environment, reason });
}

/** Somebody else changed the image: what runs is nobody's decision, so a person decides. */
export function foundForeign(draft: Draft, image: string | null, reason: string): Row {
  const { target, context } = draft;
  const { rollout } = target;
  if (rollout === null) return ignored('no-rollout');
  if (rollout.release !== undefined) draft.said[rollout.release] = { state: 'held', reason };
  target.live = image === null ? null : { ...foreign(image, context.now), approved: false };
  target.rollout = null;
  beHeld(draft, reason);
  return { what: 'held', text: reason, ...about(rollout) };
}

/** A rollout that can neither go on nor back: what runs stays, and a person decides. */
export function beHeldWith(draft: Draft, image: string | null | undefined, reason: string): Row {
  const { target, context } = draft;
  const { rollout } = target;
  if (rollout === null) return ignored('no-rollout');
  if (rollout.release !== undefined) draft.said[rollout.release] = { state: 'held', reason };
  // Where it may not even be read, what was live before is the last that is known.
  target.live = image === undefined ? rollout.previous : observed(rollout, image, context.now);
  target.rollout = null;
  beHeld(draft, reason);
  return { what: 'held', text: reason, ...about(rollout) };
}

/** A person holds the target, on the count of holds that their page showed. */
export function hold(draft: Draft, { holds, reason, by }: { holds: number; reason: string; by: By }): Row {
  const { target } = draft;
  if (target.held !== null) return ignored('held-already');
  if (target.holds !== holds) return ignored('page-is-old');
  beHeld(draft, reason, by);
  return { what: 'hold', text: `held by ${by.name}: ${reason}`, by };
}

/** A person ends the hold that their page showed; what waits is asked for anew. */
export function unhold(draft: Draft, { hold, by }: { hold: number; by: By }): Row {
  const { target } = draft;
  if (target.held === null) return ignored('not-held');
  if (target.held.number !== hold) return ignored('page-is-old');
  target.held = null;
  delete target.heals;
  ask(draft);
  return { what: 'unhold', text: `hold ended by ${by.name}`, by };
}
