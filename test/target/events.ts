import type { Applied, Difference, Watched } from '../../lib/cluster/cluster.ts';
import type { TargetEvent } from '../../lib/target/event.ts';
import { frozen } from '../engine/frozen.ts';
import { by, commitOf, digestOf, imageOf, NOW, offerOf } from './states.ts';

const shown = { release: commitOf('b'), digest: digestOf('b'), running: imageOf('a'), ask: 2, expiresAt: NOW + 60_000 };
const applied = (answer: Applied, number = 5): TargetEvent => ({ kind: 'apply-answered', number, answer });
const blocked = (image: string, how: Watched['blocked']): TargetEvent => ({
  kind: 'watched',
  number: 5,
  watched: { image, status: 'progressing', reason: 'paused', ...(how && { blocked: how }) },
});
const watched = (image: string | null, status: Watched['status'], number = 5): TargetEvent => ({
  kind: 'watched',
  number,
  watched: { image, status, reason: 'two of two' },
});
const difference: Difference = { workload: 'Deployment shop', what: 'image', is: 'x', by: ['kubectl'] };
const other = { image: 'x', touched: false };

/** Every kind of event, and every difference that a row of the table makes. */
export const events: Record<string, TargetEvent> = frozen({
  'offered, newer': { kind: 'offered', offer: offerOf('d') },
  'offered, not newer': { kind: 'offered', offer: offerOf('b') },
  'offered by hand': { kind: 'offered-by-hand', offer: offerOf('a'), offers: 3, by },
  'offered by hand, from an old page': { kind: 'offered-by-hand', offer: offerOf('a'), offers: 2, by },
  'offered by hand, the candidate': { kind: 'offered-by-hand', offer: offerOf('b'), offers: 3, by },
  'baseline: base runs': { kind: 'baseline-seen', look: { kind: 'running', image: 'base', number: 7 } },
  'baseline: nothing runs': { kind: 'baseline-seen', look: { kind: 'missing', reason: 'no such Deployment' } },
  'baseline: two images run': { kind: 'baseline-seen', look: { kind: 'mixed', reason: 'two images run' } },
  approved: { kind: 'approved', shown, by },
  'approved, another release': { kind: 'approved', shown: { ...shown, release: commitOf('c') }, by },
  'approved, another digest': { kind: 'approved', shown: { ...shown, digest: digestOf('c') }, by },
  'approved, another ask': { kind: 'approved', shown: { ...shown, ask: 1 }, by },
  'approved, while nothing runs': { kind: 'approved', shown: { ...shown, running: null }, by },
  'approved, too late': { kind: 'approved', shown: { ...shown, expiresAt: NOW - 1 }, by },
  rejected: { kind: 'rejected', shown, by },
  'rejected, another ask': { kind: 'rejected', shown: { ...shown, ask: 1 }, by },
  'ask expired': { kind: 'ask-expired', ask: 2 },
  'another ask expired': { kind: 'ask-expired', ask: 1 },
  applied: applied({ kind: 'applied', takenFrom: [] }),
  'applied for another number': applied({ kind: 'applied', takenFrom: [] }, 4),
  'apply gave way': applied({ kind: 'gave-way', image: 'x', number: 8 }),
  'apply found another image': applied({ kind: 'found-other', ...other }),
  'apply found it changed since': applied({ kind: 'found-other', image: 'x', touched: true }),
  'apply refused for good': applied({ kind: 'refused', image: imageOf('b'), reason: 'admission says no' }),
  'apply withdrawn': applied({ kind: 'withdrawn' }),
  'watched: b progresses': watched(imageOf('b'), 'progressing'),
  'watched: b complete': watched(imageOf('b'), 'complete'),
  'watched: b failed': watched(imageOf('b'), 'failed'),
  'watched: a progresses': watched(imageOf('a'), 'progressing'),
  'watched: a complete': watched(imageOf('a'), 'complete'),
  'watched: a failed': watched(imageOf('a'), 'failed'),
  'watched: b needs a hand': blocked(imageOf('b'), 'paused'),
  'watched: a is to have no pods': blocked(imageOf('a'), 'no-pods'),
  'watched: another image': watched('x', 'complete'),
  'watched: nothing': watched(null, 'failed'),
  'watched for another number': watched(imageOf('b'), 'complete', 4),
  'stamped: b runs': { kind: 'stamped', number: 5, stamped: { image: imageOf('b') } },
  'stamped: a runs': { kind: 'stamped', number: 5, stamped: { image: imageOf('a') } },
  'stamped: another image runs': { kind: 'stamped', number: 5, stamped: { image: 'x' } },
  'stamped: nothing runs': { kind: 'stamped', number: 5, stamped: { image: null } },
  'stamped with another number': { kind: 'stamped', number: 4, stamped: { image: 'x' } },
  abort: { kind: 'abort', number: 5, by },
  'abort from an old page': { kind: 'abort', number: 4, by },
  'roll back to b': { kind: 'roll-back', number: 5, to: offerOf('b'), by },
  'roll back to the baseline': { kind: 'roll-back', number: 5, to: 'baseline', by },
  'roll back to what is live': { kind: 'roll-back', number: 5, to: offerOf('a'), by },
  'roll back from an old page': { kind: 'roll-back', number: 4, to: offerOf('b'), by },
  'a check is asked for': { kind: 'check', by },
  'drift: another image': { kind: 'drift-seen', number: 5, image: 'x', differences: [difference] },
  'drift, before the last rollout': { kind: 'drift-seen', number: 4, image: 'x', differences: [difference] },
  'as approved': { kind: 'as-approved', number: 5 },
  'as approved, asked for': { kind: 'as-approved', number: 5, asked: true },
  'may not be looked at': { kind: 'check-refused', number: 5, reason: 'forbidden' },
  hold: { kind: 'hold', holds: 1, reason: 'a feast', by },
  'hold, at first': { kind: 'hold', holds: 0, reason: 'a feast', by },
  unhold: { kind: 'unhold', hold: 1, by },
  'unhold from an old page': { kind: 'unhold', hold: 0, by },
});
