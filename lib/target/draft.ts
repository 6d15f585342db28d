import type { Environment } from '../codebase/codebase.ts';
import type { Decision } from '../engine/decision.ts';
import type { Instant } from '../engine/instant.ts';
import type { Remark } from '../history/entry.ts';
import type { Message } from '../notify/message.ts';
import type { TargetEffect } from './event.ts';
import type { Rollout, Target } from './record.ts';
import type { Said } from './standing.ts';

/** What a decision needs besides the record and the event. */
export type TargetContext = {
  now: Instant;
  key: { codebase: string; environment: string };
  environment: Environment;
  /** Where a release that became live here is offered next. */
  nextEnvironment: string | undefined;
  /** How long after an apply, or a look, the next look is; milliseconds. */
  watchAfter: number;
  /** How long an effect is its writer's alone, longer than any function may run; milliseconds. */
  lease: number;
  /** The version that this decision would be written as. */
  version: number;
};

/** What the table says: a changed record with what it owes, or why nothing changes. */
export type TargetDecision = Decision<Target, TargetEffect>;

/** An event that changes nothing, with the reason. */
export type Refusal = Extract<TargetDecision, { kind: 'ignored' }>;

/** A decision in the making: the record as it will be, what is owed, and what is said. */
export type Draft = { target: Target; effects: TargetEffect[]; said: Said; context: TargetContext };

/** What a rule gives back: what it says of itself, `unsaid` where nothing but the next look is owed, or a refusal. */
export type Row = Remark | 'unsaid' | Refusal;

/** Owes a message to a person. */
export function tell({ effects }: Draft, message: Message): void {
  effects.push({ kind: 'tell', message });
}

/** Under whose release an entry is filed: the rollout's, where it has one. */
export function about({ release }: Pick<Rollout, 'release'>): Pick<Remark, 'release'> {
  return release === undefined ? {} : { release };
}
