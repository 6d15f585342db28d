import { seconds } from '../engine/instant.ts';
import type { Draft } from './draft.ts';
import type { Rollout } from './record.ts';

/** What a rollout is begun with. */
export type Start = Pick<Rollout, 'kind' | 'image'> &
  Partial<Pick<Rollout, 'release' | 'digest' | 'approval' | 'byHand' | 'order' | 'reason'>>;

/** Begins a rollout with the next number. It closes the open ask, and keeps the place and what is to be put back. */
export function start(
  draft: Draft,
  { kind, image, release, digest, approval, reason, byHand = false, order = 0 }: Start,
): void {
  const { target, context } = draft;
  const { cluster, namespace, workloads, create } = context.environment;
  target.number += 1;
  delete target.drift;
  if (target.candidate !== null) target.candidate.ask = null;
  target.rollout = {
    kind,
    phase: 'rolling-out',
    number: target.number,
    image,
    order,
    byHand,
    running: target.live?.image ?? null,
    previous: target.live,
    place: { cluster, namespace, workloads, create },
    startedAt: context.now,
    deadline: context.now + seconds(context.environment.rolloutDeadlineSeconds),
    ...(release === undefined ? {} : { release }),
    ...(digest === undefined ? {} : { digest }),
    ...(approval === undefined ? {} : { approval }),
    ...(reason === undefined ? {} : { reason }),
  };
  draft.effects.push({ kind: 'apply', number: target.number });
}
