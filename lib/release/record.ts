import * as z from 'zod';
import { Facts } from '../build/facts.ts';
import { ColdCause, Machine } from '../build/machine.ts';
import { By } from '../history/entry.ts';

export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

export const ReleaseState = z.enum(['queued', 'building', 'confirming', 'built', 'failed', 'superseded']);
export type ReleaseState = z.infer<typeof ReleaseState>;

/** What a target says of a release now. */
export const StandingState = z.enum([
  'candidate',
  'asked',
  'rolling-out',
  'rolling-back',
  'live',
  'replaced',
  'rolled-back',
  'rejected',
  'expired',
  'superseded',
  'held',
]);
export const Standing = z.object({
  state: StandingState,
  at: z.number(),
  /** The target's version that said so: an older word never replaces a newer one. */
  version: z.number().int(),
  /** When it last became live there, if it ever was. */
  liveAt: z.number().optional(),
  reason: z.string().optional(),
  /** The last decision of a person about it. */
  decision: z
    .object({ kind: z.enum(['approved', 'rejected']), ask: z.number().int(), by: By, at: z.number() })
    .optional(),
});
export type Standing = z.infer<typeof Standing>;

/** One commit of one codebase, from push to image. */
export const Release = z.object({
  kind: z.literal('release'),
  codebase: z.string(),
  commit: z.string(),
  order: z.number(),
  /** Milliseconds; from the push. */
  pushedAt: z.number(),
  message: z.string(),
  author: z.string(),
  pusher: z.string(),
  state: ReleaseState,
  /** Counts builds asked for; names our own build. */
  attempt: z.number().int(),
  /** When the present attempt was queued. */
  queuedAt: z.number(),
  /** A person asked for this build: a newer push does not supersede it. */
  byHand: z.boolean(),
  /** How often infrastructure lost the build of this push. */
  lost: z.number().int(),
  /** Why its build finds little of what others kept, as its push told; absent where it finds what it needs. */
  cold: ColdCause.optional(),
  /** What its build is asked to run on; written before it is asked for. */
  machine: Machine.optional(),
  build: z
    .object({
      id: z.string(),
      startedAt: z.number(),
      finishedAt: z.number().optional(),
      logUrl: z.string().optional(),
      phases: z.array(z.object({ name: z.string(), status: z.string(), seconds: z.number() })).optional(),
      ...Facts.shape,
      /** CodeBuild's words for where it ran. */
      compute: z.object({ type: z.string(), size: z.string() }).optional(),
      /** What it cost, by the list price. */
      cents: z.number().optional(),
    })
    .optional(),
  /** The digest that the build says it pushed: a claim until the registry agrees. */
  claim: Digest.optional(),
  /** A digest that was refused once, since its build was of another commit: what the registry has under the tag is then no proof. */
  refused: Digest.optional(),
  digest: Digest.optional(),
  /** Repository and digest, as a cluster pulls it. */
  image: z.string().optional(),
  /** Why it failed, in one line. */
  reason: z.string().optional(),
  environments: z.record(z.string(), Standing),
});
export type Release = z.infer<typeof Release>;
