import { ignored } from '../engine/decision.ts';
import type { By } from '../history/entry.ts';
import type { Draft, Row } from './draft.ts';
import { rollBack } from './give-up.ts';
import { waitForMaker } from './late-executor.ts';
import type { Offer } from './offer.ts';
import { start } from './start.ts';

/** A person ends the rollout that their page showed: what was live is put back. */
export function abort(draft: Draft, { number, by }: { number: number; by: By }): Row {
  const { rollout } = draft.target;
  if (rollout === null || rollout.phase !== 'rolling-out') return ignored('nothing-rolls-out');
  if (rollout.number !== number) return ignored('page-is-old');
  const row = rollBack(draft, `aborted by ${by.name}`);
  if (draft.target.rollout !== null) waitForMaker(draft.target.rollout, draft.context);
  return typeof row === 'object' && !('kind' in row) ? { ...row, by } : row;
}

/** The caller has checked that a release was live here and that its image exists; held afterwards, so that nothing undoes it. */
export function rollBackByHand(
  draft: Draft,
  { number, to, by }: { number: number; to: Offer | 'baseline'; by: By },
): Row {
  const { target } = draft;
  if (target.rollout !== null) return ignored('rollout-in-progress');
  if (target.number !== number) return ignored('page-is-old');
  if (target.live === null) return ignored('nothing-is-live');
  const image = to === 'baseline' ? target.baseline : to.image;
  if (image === undefined || image === null) return ignored('no-baseline');
  if (image === target.live.image) return ignored('is-live-already');
  const reason = `rolled back by ${by.name}`;
  const what = { what: 'roll-back-asked', text: `${by.name} rolls back to ${image}`, by };
  if (to === 'baseline') {
    start(draft, { kind: 'rollback', image, reason });
    return what;
  }
  start(draft, { ...to, kind: 'rollback', reason });
  return { ...what, release: to.release };
}
