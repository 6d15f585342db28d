import type { Watched } from '../cluster/cluster.ts';
import { ask } from './ask.ts';
import { about, type Draft, type Row, tell } from './draft.ts';
import { beHeld, DROVER } from './hold.ts';
import { liveFrom } from './live.ts';
import { podsDetail, replacedDetail } from './pods-detail.ts';
import type { Rollout } from './record.ts';

/** A rollout that is complete and stable is live and offered further; a rollback is then held. Whoever waits is asked for. */
export function complete(draft: Draft, rollout: Rollout, seen: Watched): Row {
  const { target, context } = draft;
  target.rollout = null;
  if (rollout.phase === 'rolling-back') {
    const reason = rollout.reason ?? 'it failed';
    target.live = rollout.previous;
    if (rollout.release !== undefined) {
      draft.said[rollout.release] = { state: 'rolled-back', reason };
      tell(draft, { kind: 'rolled-back', environment: target.environment, release: rollout.release, reason });
    }
    ask(draft);
    const detail = podsDetail(seen);
    return { what: 'rolled-back', text: `${rollout.previous?.image} runs again: ${reason}`, ...about(rollout), detail };
  }
  if (rollout.kind === 'heal') target.live = rollout.previous;
  else target.live = liveFrom(rollout, context.now);
  if (rollout.kind === 'rollback') {
    const reason = rollout.reason ?? 'rolled back by a person';
    const { release } = rollout.previous ?? {};
    if (release !== undefined) draft.said[release] = { state: 'rolled-back', reason };
    beHeld(draft, reason, DROVER, false);
  }
  if (rollout.kind === 'release') offerNext(draft, rollout);
  if (rollout.release !== undefined && rollout.kind !== 'heal')
    tell(draft, { kind: 'live', environment: target.environment, release: rollout.release });
  ask(draft);
  return {
    what: 'live',
    text: `${rollout.image} is live`,
    ...about(rollout),
    detail: {
      number: rollout.number,
      kind: rollout.kind,
      ...podsDetail(seen),
      ...(rollout.kind === 'heal' ? {} : replacedDetail(rollout.previous, context.now)),
    },
  };
}

function offerNext({ effects, context }: Draft, { release, digest, image, order }: Rollout): void {
  if (context.nextEnvironment === undefined || release === undefined || digest === undefined) return;
  const event = { kind: 'offered' as const, offer: { release, digest, image, order } };
  effects.push({ kind: 'send-target', environment: context.nextEnvironment, event });
}
