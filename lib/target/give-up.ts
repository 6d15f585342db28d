import type { Stamped } from '../cluster/cluster.ts';
import { ignored } from '../engine/decision.ts';
import { seconds } from '../engine/instant.ts';
import { ask } from './ask.ts';
import { about, type Draft, type Row } from './draft.ts';
import { beHeld, beHeldWith } from './hold.ts';
import { observed } from './live.ts';
import type { Rollout } from './record.ts';

/** Back to what was live; where nothing was, the number is stamped so that a late apply gives way, and a person decides. */
export function rollBack(draft: Draft, reason: string): Row {
  const { target, context } = draft;
  const { rollout } = target;
  if (rollout === null) return ignored('no-rollout');
  // A heal would roll back to the very image that it failed to put back.
  if (rollout.previous === null || rollout.kind === 'heal') return stop(draft, 'held', reason);
  target.number += 1;
  const deadline = context.now + seconds(context.environment.rolloutDeadlineSeconds);
  const { completeSince: _, blocked: __, othersUntil: ___, unseenSince: ____, ...rest } = rollout;
  target.rollout = { ...rest, phase: 'rolling-back', number: target.number, deadline, reason };
  draft.effects.push({ kind: 'apply', number: target.number });
  if (rollout.release !== undefined) draft.said[rollout.release] = { state: 'rolling-back', reason };
  return { what: 'rolling-back', text: reason, ...about(rollout) };
}

/** Ends a rollout without touching the image: the next number is written on the workload, so that a late apply gives way. */
export function stop(draft: Draft, afterStop: 'held' | 'ask', reason: string, found?: string): Row {
  const { target } = draft;
  if (target.rollout === null) return ignored('no-rollout');
  target.number += 1;
  const more = found === undefined ? {} : { found };
  target.rollout = { ...target.rollout, phase: 'stopping', afterStop, number: target.number, reason, ...more };
  draft.effects.push({ kind: 'stamp', number: target.number });
  return { what: 'stopping', text: reason, ...about(target.rollout) };
}

/** The number is on the workload: the rollout has ended, and is asked for again or left to a person. */
export function stamped(draft: Draft, number: number, seen: Stamped): Row {
  const { target, context } = draft;
  const { rollout } = target;
  if (rollout === null || rollout.phase !== 'stopping' || rollout.number !== number) return ignored('another-rollout');
  const reason = rollout.reason ?? 'stopped';
  // Asked again, it would end in the same way, and where no approval is needed it would never end.
  if ('refused' in seen)
    return beHeldWith(draft, seen.image, `${reason}; its number could not be written: ${seen.refused}`);
  const { image } = seen;
  // There is nothing yet that the number could stand on, and whoever was to make it may be at it still.
  if (seen.image === null && context.now < (rollout.othersUntil ?? 0)) {
    draft.effects.push({ kind: 'stamp', number, notBefore: rollout.othersUntil ?? 0 });
    return 'unsaid';
  }
  const isBaseline = rollout.afterStop === 'ask' && rollout.previous === null;
  const live = observed(rollout, image, context.now);
  target.live = live === null || !isBaseline ? live : { ...live, approved: 'baseline' };
  target.rollout = null;
  if (
    rollout.afterStop !== 'ask' ||
    isApart(rollout, image) ||
    rollout.kind !== 'release' ||
    rollout.release === undefined ||
    rollout.digest === undefined
  ) {
    if (rollout.release !== undefined) draft.said[rollout.release] = { state: 'held', reason };
    beHeld(draft, reason);
    return { what: 'held', text: reason, ...about(rollout) };
  }
  const { release, digest, order, byHand } = rollout;
  if (target.candidate === null)
    target.candidate = { release, digest, image: rollout.image, order, byHand, offeredAt: context.now, ask: null };
  else draft.said[release] = { state: 'superseded', reason: 'a later release waits' };
  ask(draft);
  return { what: 'stopped', text: `${reason}: asked again`, ...about(rollout) };
}

/** One workload runs what was found and another does not: no question fits both, and one that needs no answer would never end. */
function isApart({ place, found }: Rollout, image: string | null): boolean {
  return place.workloads.length > 1 && found !== undefined && found !== image;
}
