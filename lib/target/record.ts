import * as z from 'zod';
import { By } from '../history/entry.ts';
import { Digest } from '../release/record.ts';

export const WorkloadKind = z.enum(['Deployment', 'StatefulSet', 'DaemonSet']);
export const Workload = z.object({ kind: WorkloadKind, name: z.string(), container: z.string() });
export type Workload = z.infer<typeof Workload>;

/** Where a target's workloads are. A rollout keeps the place it began with. */
export const Place = z.object({
  cluster: z.string(),
  namespace: z.string(),
  workloads: z.array(Workload).min(1),
  /** Whether a missing workload is created from drover's small default. */
  create: z.boolean(),
});
export type Place = z.infer<typeof Place>;

/** An image that is, was or shall be run. `image` is what the workload says; ours is always `repository@digest`. */
export const Live = z.object({
  image: z.string(),
  digest: Digest.optional(),
  release: z.string().optional(),
  order: z.number(),
  /** `baseline`: ran before drover came. `false`: put there by somebody else. */
  approved: z.union([z.boolean(), z.literal('baseline')]),
  since: z.number(),
});
export type Live = z.infer<typeof Live>;

/** One question to a person, numbered; it is answered at most once. */
export const Ask = z.object({
  number: z.number().int(),
  /** The image that ran when it was asked; null where nothing did. */
  running: z.string().nullable(),
  askedAt: z.number(),
  expiresAt: z.number(),
});
export type Ask = z.infer<typeof Ask>;

export const Candidate = z.object({
  release: z.string(),
  digest: Digest,
  image: z.string(),
  order: z.number(),
  /** Offered by a person: it may be older than what is live. */
  byHand: z.boolean(),
  offeredAt: z.number(),
  ask: Ask.nullable(),
});
export type Candidate = z.infer<typeof Candidate>;

export const Rollout = z.object({
  kind: z.enum(['release', 'rollback', 'heal']),
  phase: z.enum(['rolling-out', 'rolling-back', 'stopping']),
  /** What follows a stop. */
  afterStop: z.enum(['held', 'ask']).optional(),
  /** The image that an apply found instead of what was approved to be replaced. */
  found: z.string().optional(),
  number: z.number().int(),
  release: z.string().optional(),
  digest: Digest.optional(),
  image: z.string(),
  order: z.number(),
  byHand: z.boolean(),
  /** The image that ran when it began. */
  running: z.string().nullable(),
  previous: Live.nullable(),
  place: Place,
  startedAt: z.number(),
  deadline: z.number(),
  /** First seen complete; it must stay so for the stability window. */
  completeSince: z.number().optional(),
  /** How often containers of the new pods had restarted by then: one more, and the window begins anew. */
  restarts: z.number().optional(),
  /** That only a person's hand makes it go on has been said. */
  blocked: z.boolean().optional(),
  /** Since when it may not be looked at. */
  unseenSince: z.number().optional(),
  /** Its number could not be written on the workload, or there was none yet: by then whoever was at work before it has ended. */
  othersUntil: z.number().optional(),
  approval: z.object({ ask: z.number().int(), by: By, at: z.number() }).optional(),
  /** Why it is rolling back or stopping. */
  reason: z.string().optional(),
});
export type Rollout = z.infer<typeof Rollout>;

/** Where a codebase runs. `rollout` is the only mutual exclusion there is. */
export const Target = z.object({
  kind: z.literal('target'),
  codebase: z.string(),
  environment: z.string(),
  /** The last rollout's number; every change of phase that touches the cluster takes the next. */
  number: z.number().int(),
  /** How many asks, offers and holds there have been: what a person decides names the one that was shown. */
  asks: z.number().int(),
  offers: z.number().int(),
  holds: z.number().int(),
  offeredUpTo: z.number(),
  /** Undefined until the cluster was looked at for the first time; null where nothing ran. */
  baseline: z.string().nullable().optional(),
  live: Live.nullable(),
  candidate: Candidate.nullable(),
  rollout: Rollout.nullable(),
  held: z.object({ number: z.number().int(), reason: z.string(), by: By, at: z.number() }).nullable(),
  /** What was seen to differ from what was approved, told already, and not put back. Absent where all is as approved. */
  drift: z.object({ text: z.string(), since: z.number() }).optional(),
  /** When what was approved was put back, the last few times: controllers that fight are told by it. */
  heals: z.array(z.number()).optional(),
});
export type Target = z.infer<typeof Target>;
