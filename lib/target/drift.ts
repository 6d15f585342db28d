import { ignored } from '../engine/decision.ts';
import type { Draft, Row } from './draft.ts';
import { ofRelease } from './live.ts';
import { start } from './start.ts';

/** Another image runs than the live one, though nothing was decided since it was looked at. */
export function driftSeen(draft: Draft, { number, image }: { number: number; image: string }): Row {
  const { target } = draft;
  const { live } = target;
  if (number !== target.number || target.rollout !== null || target.held !== null || live === null)
    return ignored('not-the-state-that-was-looked-at');
  if (live.image === image) return ignored('no-drift');
  if (live.approved === false) return ignored('what-ran-was-not-approved');
  start(draft, { kind: 'heal', image: live.image, order: live.order, ...ofRelease(live) });
  return { what: 'drift', text: `${image} runs, not ${live.image}: put back` };
}
