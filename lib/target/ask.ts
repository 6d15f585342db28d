import { ignored } from '../engine/decision.ts';
import { minutes } from '../engine/instant.ts';
import type { By } from '../history/entry.ts';
import { type Draft, type Refusal, type Row, tell } from './draft.ts';
import type { Shown } from './event.ts';
import type { Offer } from './offer.ts';
import { start } from './start.ts';

/** A release that may run here becomes the candidate, and the older candidate is superseded. */
export function offered(draft: Draft, offer: Offer, by: By | undefined): Row {
  const { target, context } = draft;
  if (target.candidate !== null)
    draft.said[target.candidate.release] = { state: 'superseded', reason: 'a later release was offered' };
  target.offers += 1;
  target.offeredUpTo = Math.max(target.offeredUpTo, offer.order);
  target.candidate = { ...offer, byHand: by !== undefined, offeredAt: context.now, ask: null };
  ask(draft);
  if (by === undefined) return { what: 'offered', text: 'offered', release: offer.release };
  return { what: 'offered', text: `offered by ${by.name}`, by, release: offer.release };
}

/** Asks a person about the candidate, or goes ahead where the environment needs no approval. */
export function ask(draft: Draft): void {
  const { target, context } = draft;
  const { candidate } = target;
  if (candidate === null || target.rollout !== null || target.held !== null) return;
  // Nothing is asked before it is known what would be replaced.
  if (target.baseline === undefined) {
    draft.effects.push({ kind: 'look-cluster' });
    return;
  }
  if (context.environment.approval === 'none') {
    target.candidate = null;
    start(draft, { ...candidate, kind: 'release' });
    return;
  }
  target.asks += 1;
  const lifetime = minutes(context.environment.approvalLifetimeMinutes);
  const running = target.live?.image ?? null;
  candidate.ask = { number: target.asks, running, askedAt: context.now, expiresAt: context.now + lifetime };
  tell(draft, {
    kind: 'approval-asked',
    environment: target.environment,
    release: candidate.release,
    ask: target.asks,
  });
}

/** An approval counts once: for the ask (release, digest, running image, number) that its page showed. */
export function refusal({ target, context }: Draft, shown: Shown): Refusal | undefined {
  const { candidate } = target;
  if (target.rollout !== null) return ignored('rollout-in-progress');
  if (target.held !== null) return ignored('held');
  if (candidate === null) return ignored('no-candidate');
  if (candidate.release !== shown.release || candidate.digest !== shown.digest) return ignored('another-release');
  if (candidate.ask === null) return ignored('not-asked');
  if (candidate.ask.number !== shown.ask) return ignored('another-ask');
  if ((target.live?.image ?? null) !== shown.running) return ignored('target-moved');
  if (context.now > candidate.ask.expiresAt || context.now > shown.expiresAt) return ignored('expired');
  return undefined;
}

/** The answer yes: the candidate is rolled out, with the approval kept in the rollout. */
export function approve(draft: Draft, shown: Shown, by: By): Row {
  const { target, context } = draft;
  if (target.candidate === null) return ignored('no-candidate');
  const approval = { ask: shown.ask, by, at: context.now };
  const candidate = target.candidate;
  target.candidate = null;
  draft.said[shown.release] = { state: 'rolling-out', decision: { kind: 'approved', ...approval } };
  start(draft, { ...candidate, kind: 'release', approval });
  const detail = { ask: shown.ask, digest: shown.digest, running: shown.running };
  return { what: 'approved', text: `approved by ${by.name}`, by, release: shown.release, detail };
}

/** The answer no: nothing is asked any more. */
export function reject(draft: Draft, shown: Shown, by: By): Row {
  const decision = { kind: 'rejected' as const, ask: shown.ask, by, at: draft.context.now };
  draft.target.candidate = null;
  draft.said[shown.release] = { state: 'rejected', decision };
  const detail = { ask: shown.ask, digest: shown.digest };
  return { what: 'rejected', text: `rejected by ${by.name}`, by, release: shown.release, detail };
}

/** Nobody answered in time. */
export function askExpired(draft: Draft, number: number): Row {
  const { candidate } = draft.target;
  if (candidate?.ask?.number !== number) return ignored('another-ask');
  if (draft.context.now < candidate.ask.expiresAt) return ignored('not-expired-yet');
  draft.target.candidate = null;
  draft.said[candidate.release] = { state: 'expired', reason: 'nobody decided in time' };
  return { what: 'ask-expired', text: 'nobody decided in time', release: candidate.release, detail: { ask: number } };
}
