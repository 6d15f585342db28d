import * as z from 'zod';
import { BranchEffect } from '../branch/event.ts';
import { Branch } from '../branch/record.ts';
import { Entry } from '../history/entry.ts';
import { ReleaseEffect } from '../release/event.ts';
import { Release } from '../release/record.ts';
import { TargetEffect } from '../target/event.ts';
import { Target } from '../target/record.ts';

/** An effect that every record may owe: its line of the history. */
const WriteEntry = z.object({ kind: z.literal('write-entry'), entry: Entry });

export const Effect = z.union([WriteEntry, BranchEffect, ReleaseEffect, TargetEffect]);
export type Effect = z.infer<typeof Effect>;

/** An effect that a record owes until its result, or its being done, is written. */
export const Pending = z.object({
  /** `<version>.<n>`: the version that owes it. */
  id: z.string(),
  effect: Effect,
  /** Nobody carries it out before. */
  notBefore: z.number().optional(),
  /** Until then it is its writer's alone; afterwards anybody's who may. */
  leaseUntil: z.number(),
  tries: z.number().int(),
  /** Since when it has failed again and again. */
  failingSince: z.number().optional(),
  /** Whether a person was told that it does. */
  toldFailing: z.boolean().optional(),
});
export type Pending = z.infer<typeof Pending>;

export const AnyRecord = z.discriminatedUnion('kind', [Branch, Release, Target]);
export type AnyRecord = z.infer<typeof AnyRecord>;

/** A record as it is kept: with its version, what it owes, and the number of the last wake that was sent for it. */
export const Stored = z.object({
  version: z.number().int(),
  wake: z.number().int(),
  record: AnyRecord,
  pending: z.array(Pending),
});
export type Stored = z.infer<typeof Stored>;

/** When an effect may be carried out by anybody. */
export const dueOf = ({ notBefore = 0, leaseUntil }: Pick<Pending, 'notBefore' | 'leaseUntil'>): number =>
  Math.max(notBefore, leaseUntil);

/** When a record has to be looked at again by itself: the expiry of an open ask. */
export function timerOf(record: AnyRecord): number | undefined {
  return record.kind === 'target' ? record.candidate?.ask?.expiresAt : undefined;
}

/** The earliest time at which something of a record is due, or undefined where nothing is owed. */
export function dueAt({ record, pending }: Pick<Stored, 'record' | 'pending'>): number | undefined {
  const times = pending.map(dueOf);
  const timer = timerOf(record);
  if (timer !== undefined) times.push(timer);
  return times.length === 0 ? undefined : Math.min(...times);
}
