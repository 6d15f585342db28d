import type { Applied, Look, Stamped, Watched } from '../cluster/cluster.ts';
import type { Environment } from '../codebase/codebase.ts';
import { type Decision, ignored } from '../engine/decision.ts';
import { type Instant, minutes, seconds } from '../engine/instant.ts';
import type { By, Remark } from '../history/entry.ts';
import type { Message } from '../notify/message.ts';
import { Digest } from '../release/record.ts';
import type { Shown, TargetEffect, TargetEvent } from './event.ts';
import type { Offer } from './offer.ts';
import type { Live, Rollout, Target } from './record.ts';
import { type Said, standings } from './standing.ts';

// The table "Target" of docs/architecture.md. Every row is a function; they stay in one file because they share one draft
// of the record, and because a reader wants to see the whole table at once.

/** What a decision needs besides the record and the event. */
export type TargetContext = {
  now: Instant;
  key: { codebase: string; environment: string };
  environment: Environment;
  /** Where a release that became live here is offered next. */
  nextEnvironment: string | undefined;
  /** How long after an apply, or a look, the next look is; milliseconds. */
  watchAfter: number;
  /** The version that this decision would be written as. */
  version: number;
};

type TargetDecision = Decision<Target, TargetEffect>;
type Refusal = Extract<TargetDecision, { kind: 'ignored' }>;

/** A decision in the making: the record as it will be, what is owed, and what is said. */
type Draft = { target: Target; effects: TargetEffect[]; said: Said; context: TargetContext };
type Row = Remark | 'unsaid' | Refusal;

const DROVER: By = { name: 'drover', how: 'drover' };

/** What becomes of a target. */
export function decideTarget(before: Target | undefined, event: TargetEvent, context: TargetContext): TargetDecision {
  const blank = blankTarget(context);
  const draft: Draft = { target: structuredClone(before ?? blank), effects: [], said: {}, context };
  const row = rowOf(draft, event, before === undefined);
  if (typeof row === 'object' && 'kind' in row) return row;
  const record = draft.target;
  const effects = [...draft.effects, ...standings(before ?? blank, record, draft.said, context)];
  if (row === 'unsaid') return { kind: 'changed', record, effects };
  return { kind: 'changed', record, effects, remark: { ...row, environment: context.key.environment } };
}

function rowOf(draft: Draft, event: TargetEvent, first: boolean): Row {
  switch (event.kind) {
    case 'offered':
      if (event.offer.order <= draft.target.offeredUpTo) return ignored('offered-already');
      return offered(draft, event.offer, undefined);
    case 'offered-by-hand':
      if (event.offers !== draft.target.offers) return ignored('page-is-old');
      if (draft.target.candidate?.release === event.offer.release) return ignored('is-the-candidate-already');
      return offered(draft, event.offer, event.by);
    case 'hold':
      return hold(draft, event);
    case 'unhold':
      return unhold(draft, event);
    default:
      if (first) return ignored('nothing-was-offered-yet');
  }
  switch (event.kind) {
    case 'baseline-seen':
      return baselineSeen(draft, event.look);
    case 'approved':
      return refusal(draft, event.shown) ?? approve(draft, event.shown, event.by);
    case 'rejected':
      return refusal(draft, event.shown) ?? reject(draft, event.shown, event.by);
    case 'ask-expired':
      return askExpired(draft, event.ask);
    case 'apply-answered':
      return rolling(draft, event.number) ?? applyAnswered(draft, event.answer);
    case 'watched':
      return rolling(draft, event.number) ?? watched(draft, event.watched);
    case 'stamped':
      return stamped(draft, event.number, event.stamped);
    case 'abort':
      return abort(draft, event);
    case 'roll-back':
      return rollBackByHand(draft, event);
    case 'drift-seen':
      return driftSeen(draft, event);
  }
}

function blankTarget({ key }: TargetContext): Target {
  return {
    kind: 'target',
    codebase: key.codebase,
    environment: key.environment,
    number: 0,
    asks: 0,
    offers: 0,
    holds: 0,
    offeredUpTo: 0,
    live: null,
    candidate: null,
    rollout: null,
    held: null,
  };
}

// ── offered, asked, decided ─────────────────────────────────────────────────────────────────────────────────────────────

function offered(draft: Draft, offer: Offer, by: By | undefined): Row {
  const { target, context } = draft;
  if (target.candidate !== null)
    draft.said[target.candidate.release] = { state: 'superseded', reason: 'a later release was offered' };
  target.offers += 1;
  target.offeredUpTo = Math.max(target.offeredUpTo, offer.order);
  target.candidate = { ...offer, byHand: by !== undefined, offeredAt: context.now, ask: null };
  if (target.baseline === undefined && target.offers === 1) draft.effects.push({ kind: 'look-cluster' });
  ask(draft);
  if (by === undefined) return { what: 'offered', text: 'offered', release: offer.release };
  return { what: 'offered', text: `offered by ${by.name}`, by, release: offer.release };
}

/** What runs before drover's first rollout is the baseline: it may be rolled back to, though nobody approved it. */
function baselineSeen(draft: Draft, look: Look): Row {
  const { target, context } = draft;
  if (target.baseline !== undefined) return ignored('baseline-is-known');
  target.baseline = look.kind === 'running' ? look.image : null;
  if (look.kind === 'running') {
    target.number = Math.max(target.number, look.number);
    target.live = { ...foreign(look.image, context.now), approved: 'baseline' };
  }
  if (look.kind === 'mixed') beHeld(draft, look.reason);
  ask(draft);
  const text = look.kind === 'running' ? `${look.image} runs already` : look.reason;
  return { what: 'baseline', text };
}

/** Asks a person about the candidate, or goes ahead where the environment needs no approval. */
function ask(draft: Draft): void {
  const { target, context } = draft;
  const { candidate } = target;
  if (candidate === null || target.rollout !== null || target.held !== null || target.baseline === undefined) return;
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
function refusal({ target, context }: Draft, shown: Shown): Refusal | undefined {
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

function approve(draft: Draft, shown: Shown, by: By): Row {
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

function reject(draft: Draft, shown: Shown, by: By): Row {
  const decision = { kind: 'rejected' as const, ask: shown.ask, by, at: draft.context.now };
  draft.target.candidate = null;
  draft.said[shown.release] = { state: 'rejected', decision };
  const detail = { ask: shown.ask, digest: shown.digest };
  return { what: 'rejected', text: `rejected by ${by.name}`, by, release: shown.release, detail };
}

function askExpired(draft: Draft, number: number): Row {
  const { candidate } = draft.target;
  if (candidate?.ask?.number !== number) return ignored('another-ask');
  if (draft.context.now < candidate.ask.expiresAt) return ignored('not-expired-yet');
  draft.target.candidate = null;
  draft.said[candidate.release] = { state: 'expired', reason: 'nobody decided in time' };
  return { what: 'ask-expired', text: 'nobody decided in time', release: candidate.release, detail: { ask: number } };
}

// ── rolled out, watched, rolled back ────────────────────────────────────────────────────────────────────────────────────

type Start = Pick<Rollout, 'kind' | 'image'> &
  Partial<Pick<Rollout, 'release' | 'digest' | 'approval' | 'byHand' | 'order' | 'reason'>>;

function start(
  draft: Draft,
  { kind, image, release, digest, approval, reason, byHand = false, order = 0 }: Start,
): void {
  const { target, context } = draft;
  const { cluster, namespace, workloads, create } = context.environment;
  target.number += 1;
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

/** An answer about another number is about a phase that has ended. */
function rolling({ target }: Draft, number: number): Refusal | undefined {
  if (target.rollout?.number !== number) return ignored('another-rollout');
  return target.rollout.phase === 'stopping' ? ignored('stopping') : undefined;
}

function applyAnswered(draft: Draft, answer: Applied): Row {
  const { target } = draft;
  const { rollout } = target;
  if (rollout === null) return ignored('no-rollout');
  const about = rollout.release === undefined ? {} : { release: rollout.release };
  switch (answer.kind) {
    case 'applied': {
      delete rollout.completeSince;
      watchAgain(draft, rollout);
      const taken =
        answer.takenFrom.length > 0 ? `, the image field taken over from ${answer.takenFrom.join(', ')}` : '';
      const image = rollout.phase === 'rolling-back' ? rollout.previous?.image : rollout.image;
      return { what: 'applied', text: `${image} applied${taken}`, ...about, detail: { number: rollout.number } };
    }
    case 'gave-way':
      target.number = Math.max(target.number, answer.number);
      return foundForeign(draft, answer.image, `another rollout has number ${answer.number} on the workload`);
    case 'found-other':
      if (answer.touched)
        return foundForeign(draft, answer.image, `the image was changed by another hand to ${answer.image}`);
      return stop(
        draft,
        rollout.phase === 'rolling-back' ? 'held' : 'ask',
        `${answer.image} runs, not what was approved to be replaced`,
      );
    case 'refused':
      if (rollout.phase === 'rolling-out') return rollBack(draft, answer.reason);
      return beHeldWith(draft, answer.image, `rolling back was refused: ${answer.reason}`);
    case 'withdrawn':
      return ignored('withdrawn');
  }
}

function watched(draft: Draft, { image, status, reason }: Watched): Row {
  const { target, context } = draft;
  const { rollout } = target;
  if (rollout === null) return ignored('no-rollout');
  const back = rollout.phase === 'rolling-back';
  const ours = back ? rollout.previous?.image : rollout.image;
  const replaced = back ? [rollout.image, rollout.running] : [rollout.running];
  if (image !== ours && !replaced.includes(image))
    return foundForeign(
      draft,
      image,
      image === null ? 'the workload is gone' : `the image was changed by another hand to ${image}`,
    );
  if (image === ours && status === 'complete') {
    rollout.completeSince ??= context.now;
    if (context.now - rollout.completeSince >= seconds(context.environment.stabilitySeconds))
      return complete(draft, rollout);
  } else {
    delete rollout.completeSince;
    const late = context.now > rollout.deadline;
    if ((image === ours && status === 'failed') || late) {
      const why = late ? `not complete before its deadline: ${reason}` : reason;
      return back ? beHeldWith(draft, image, `rolling back failed: ${why}`) : rollBack(draft, why);
    }
  }
  watchAgain(draft, rollout);
  return 'unsaid';
}

function watchAgain({ effects, context }: Draft, rollout: Rollout): void {
  effects.push({ kind: 'watch', number: rollout.number, notBefore: context.now + context.watchAfter });
}

function complete(draft: Draft, rollout: Rollout): Row {
  const { target, context } = draft;
  const about = rollout.release === undefined ? {} : { release: rollout.release };
  target.rollout = null;
  if (rollout.phase === 'rolling-back') {
    const reason = rollout.reason ?? 'it failed';
    target.live = rollout.previous;
    if (rollout.release !== undefined) {
      draft.said[rollout.release] = { state: 'rolled-back', reason };
      tell(draft, { kind: 'rolled-back', environment: target.environment, release: rollout.release, reason });
    }
    ask(draft);
    return { what: 'rolled-back', text: `${rollout.previous?.image} runs again: ${reason}`, ...about };
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
    ...about,
    detail: { number: rollout.number, kind: rollout.kind },
  };
}

function offerNext({ effects, context }: Draft, { release, digest, image, order }: Rollout): void {
  if (context.nextEnvironment === undefined || release === undefined || digest === undefined) return;
  const event = { kind: 'offered' as const, offer: { release, digest, image, order } };
  effects.push({ kind: 'send-target', environment: context.nextEnvironment, event });
}

/** Back to what was live; where nothing was, the number is stamped so that a late apply gives way, and a person decides. */
function rollBack(draft: Draft, reason: string): Row {
  const { target, context } = draft;
  const { rollout } = target;
  if (rollout === null) return ignored('no-rollout');
  if (rollout.previous === null) return stop(draft, 'held', reason);
  target.number += 1;
  const deadline = context.now + seconds(context.environment.rolloutDeadlineSeconds);
  const { completeSince: _, ...rest } = rollout;
  target.rollout = { ...rest, phase: 'rolling-back', number: target.number, deadline, reason };
  draft.effects.push({ kind: 'apply', number: target.number });
  if (rollout.release !== undefined) draft.said[rollout.release] = { state: 'rolling-back', reason };
  return { what: 'rolling-back', text: reason, ...(rollout.release === undefined ? {} : { release: rollout.release }) };
}

/** Ends a rollout without touching the image: the next number is written on the workload, so that a late apply gives way. */
function stop(draft: Draft, afterStop: 'held' | 'ask', reason: string): Row {
  const { target } = draft;
  if (target.rollout === null) return ignored('no-rollout');
  target.number += 1;
  target.rollout = { ...target.rollout, phase: 'stopping', afterStop, number: target.number, reason };
  draft.effects.push({ kind: 'stamp', number: target.number });
  const { release } = target.rollout;
  return { what: 'stopping', text: reason, ...(release === undefined ? {} : { release }) };
}

function stamped(draft: Draft, number: number, { image }: Stamped): Row {
  const { target, context } = draft;
  const { rollout } = target;
  if (rollout === null || rollout.phase !== 'stopping' || rollout.number !== number) return ignored('another-rollout');
  const reason = rollout.reason ?? 'stopped';
  const isBaseline = rollout.afterStop === 'ask' && rollout.previous === null;
  const seen = observed(rollout, image, context.now);
  target.live = seen === null || !isBaseline ? seen : { ...seen, approved: 'baseline' };
  target.rollout = null;
  const about = rollout.release === undefined ? {} : { release: rollout.release };
  if (
    rollout.afterStop !== 'ask' ||
    rollout.kind !== 'release' ||
    rollout.release === undefined ||
    rollout.digest === undefined
  ) {
    if (rollout.release !== undefined) draft.said[rollout.release] = { state: 'held', reason };
    beHeld(draft, reason);
    return { what: 'held', text: reason, ...about };
  }
  const { release, digest, order, byHand } = rollout;
  if (target.candidate === null)
    target.candidate = { release, digest, image: rollout.image, order, byHand, offeredAt: context.now, ask: null };
  else draft.said[release] = { state: 'superseded', reason: 'a later release waits' };
  ask(draft);
  return { what: 'stopped', text: `${reason}: asked again`, ...about };
}

// ── by hand ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

function abort(draft: Draft, { number, by }: { number: number; by: By }): Row {
  const { rollout } = draft.target;
  if (rollout === null || rollout.phase !== 'rolling-out') return ignored('nothing-rolls-out');
  if (rollout.number !== number) return ignored('page-is-old');
  const row = rollBack(draft, `aborted by ${by.name}`);
  return typeof row === 'object' && !('kind' in row) ? { ...row, by } : row;
}

/** The caller has checked that a release was live here and that its image exists; held afterwards, so that nothing undoes it. */
function rollBackByHand(draft: Draft, { number, to, by }: { number: number; to: Offer | 'baseline'; by: By }): Row {
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

function hold(draft: Draft, { holds, reason, by }: { holds: number; reason: string; by: By }): Row {
  const { target } = draft;
  if (target.held !== null) return ignored('held-already');
  if (target.holds !== holds) return ignored('page-is-old');
  beHeld(draft, reason, by);
  return { what: 'hold', text: `held by ${by.name}: ${reason}`, by };
}

function unhold(draft: Draft, { hold, by }: { hold: number; by: By }): Row {
  const { target } = draft;
  if (target.held === null) return ignored('not-held');
  if (target.held.number !== hold) return ignored('page-is-old');
  target.held = null;
  ask(draft);
  return { what: 'unhold', text: `hold ended by ${by.name}`, by };
}

function driftSeen(draft: Draft, { number, image }: { number: number; image: string }): Row {
  const { target } = draft;
  const { live } = target;
  if (number !== target.number || target.rollout !== null || target.held !== null || live === null)
    return ignored('not-the-state-that-was-looked-at');
  if (live.image === image) return ignored('no-drift');
  if (live.approved === false) return ignored('what-ran-was-not-approved');
  start(draft, { kind: 'heal', image: live.image, order: live.order, ...ofRelease(live) });
  return { what: 'drift', text: `${image} runs, not ${live.image}: put back` };
}

// ── shared by the rows ──────────────────────────────────────────────────────────────────────────────────────────────────

function foundForeign(draft: Draft, image: string | null, reason: string): Row {
  const { target, context } = draft;
  const { rollout } = target;
  if (rollout?.release !== undefined) draft.said[rollout.release] = { state: 'held', reason };
  const about = rollout?.release === undefined ? {} : { release: rollout.release };
  target.live = rollout === null || image === null ? null : { ...foreign(image, context.now), approved: false };
  target.rollout = null;
  beHeld(draft, reason);
  return { what: 'held', text: reason, ...about };
}

function beHeldWith(draft: Draft, image: string | null, reason: string): Row {
  const { target, context } = draft;
  const { rollout } = target;
  if (rollout === null) return ignored('no-rollout');
  const about = rollout.release === undefined ? {} : { release: rollout.release };
  if (rollout.release !== undefined) draft.said[rollout.release] = { state: 'held', reason };
  target.live = observed(rollout, image, context.now);
  target.rollout = null;
  beHeld(draft, reason);
  return { what: 'held', text: reason, ...about };
}

/** A hold by drover itself raises an alarm, except after a person's own rollback. An open ask is closed; it is asked anew afterwards. */
function beHeld(draft: Draft, reason: string, by = DROVER, alarm = by === DROVER): void {
  const { target, context } = draft;
  if (target.candidate !== null) target.candidate.ask = null;
  if (target.held === null) {
    target.holds += 1;
    target.held = { number: target.holds, reason, by, at: context.now };
  }
  if (alarm) tell(draft, { kind: 'alarm', environment: target.environment, reason });
}

function tell({ effects }: Draft, message: Message): void {
  effects.push({ kind: 'tell', message });
}

/** What a cluster was seen to run when a rollout ended otherwise than planned. */
function observed(rollout: Rollout, image: string | null, now: Instant): Live | null {
  if (image === null) return null;
  if (image === rollout.previous?.image) return rollout.previous;
  const live: Live = { ...foreign(image, now), approved: false };
  return image === rollout.image ? { ...live, ...ofRelease(rollout) } : live;
}

function foreign(image: string, now: Instant): Omit<Live, 'approved'> {
  const digest = Digest.safeParse(image.split('@')[1]);
  return { image, order: 0, since: now, ...(digest.success ? { digest: digest.data } : {}) };
}

function liveFrom(rollout: Rollout, now: Instant): Live {
  const approved = rollout.release === undefined ? 'baseline' : true;
  return { image: rollout.image, order: rollout.order, approved, since: now, ...ofRelease(rollout) };
}

function ofRelease({ release, digest }: Pick<Live, 'release' | 'digest'>): Pick<Live, 'release' | 'digest'> {
  return { ...(release === undefined ? {} : { release }), ...(digest === undefined ? {} : { digest }) };
}
