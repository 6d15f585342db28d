import { ignored } from '../engine/decision.ts';
import { approve, askExpired, offered, refusal, reject } from './ask.ts';
import { baselineSeen } from './baseline.ts';
import { abort, rollBackByHand } from './by-hand.ts';
import type { Draft, Row, TargetContext, TargetDecision } from './draft.ts';
import { asApproved, checkAsked, checkRefused, driftSeen } from './drift.ts';
import type { TargetEvent } from './event.ts';
import { stamped } from './give-up.ts';
import { hold, unhold } from './hold.ts';
import type { Target } from './record.ts';
import { applyAnswered, rolling, watched } from './rollout.ts';
import { standings } from './standing.ts';

// The table "Target" of docs/architecture.md: which rule an event meets. Each rule is a function of the file named after it.

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
    case 'check':
      return checkAsked(draft, event.by);
    case 'drift-seen':
      return driftSeen(draft, event);
    case 'as-approved':
      return asApproved(draft, event);
    case 'check-refused':
      return checkRefused(draft, event);
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
