import * as z from 'zod';
import { Facts } from '../build/facts.ts';
import { Machine } from '../build/machine.ts';
import { ReleaseState, StandingState } from '../release/record.ts';
import { By, type Entry } from './entry.ts';

// What the API shows: never what a record owes, a token or a link that decides. Times are ISO 8601 in UTC.

const Time = z.iso.datetime().meta({ description: 'ISO 8601, UTC', example: '2026-11-23T16:03:29.000Z' });
const Commit = z.string().meta({ description: 'The full commit', example: '4f2a1c9e7b8d6a5f4e3c2b1a0918273645546372' });
const Digest = z.string().meta({ example: `sha256:${'6e'.repeat(32)}` });
const Who = By.meta({ id: 'By', description: 'Who decided, and how that person is known.' });

export const StandingView = z
  .object({
    state: StandingState,
    at: Time,
    liveAt: Time.optional().meta({ description: 'When it last became live there.' }),
    reason: z.string().optional(),
    decision: z
      .object({ kind: z.enum(['approved', 'rejected']), ask: z.int(), by: Who, at: Time })
      .optional()
      .meta({ description: 'The last decision of a person about it.' }),
  })
  .meta({ id: 'Standing', description: 'What a target says of a release now.' });

const BuildView = z
  .object({
    id: z.string(),
    startedAt: Time,
    finishedAt: Time.optional(),
    logUrl: z.string().optional(),
    phases: z.array(z.object({ name: z.string(), status: z.string(), seconds: z.number() })).optional(),
    steps: Facts.shape.steps.meta({
      description: "The recipe's, in the order in which they ended. Of one release only.",
    }),
    tests: Facts.shape.tests.meta({
      description: 'From JUnit. What failed and what was slowest: of one release only.',
    }),
    cache: Facts.shape.cache.meta({ description: '`hit`, `older`, `warm`, or `cold: ` and why.' }),
    compiled: Facts.shape.compiled.meta({ description: 'Crates that cargo compiled for the program.' }),
    image: Facts.shape.image.meta({ description: 'What the registry keeps: packed layers and config.' }),
    tail: Facts.shape.tail.meta({ description: 'The last lines of the first step that failed. Of one release only.' }),
    compute: z.object({ type: z.string(), size: z.string() }).optional().meta({ description: "In CodeBuild's words." }),
    cents: z
      .number()
      .optional()
      .meta({ description: 'By the list price of us-east-1; not there where no rate is known.' }),
  })
  .meta({ id: 'Build' });

export const ReleaseView = z
  .object({
    codebase: z.string(),
    commit: Commit,
    pushedAt: Time,
    message: z.string(),
    author: z.string(),
    pusher: z.string(),
    state: ReleaseState.meta({ description: "The build's." }),
    attempt: z.int().meta({ description: 'A rebuild names it.' }),
    queuedAt: Time,
    byHand: z.boolean(),
    machine: Machine.optional().meta({ description: 'What its build is asked to run on, and why.' }),
    build: BuildView.optional(),
    digest: Digest.optional().meta({ description: 'Confirmed by the registry.' }),
    image: z.string().optional(),
    reason: z.string().optional().meta({ description: 'Why it failed.' }),
    environments: z.record(z.string(), StandingView),
  })
  .meta({
    id: 'Release',
    description: 'One commit of one codebase, from push to image, and what its targets say of it.',
  });
export type ReleaseView = z.infer<typeof ReleaseView>;

const LiveView = z
  .object({
    image: z.string(),
    digest: Digest.optional(),
    release: Commit.optional(),
    approved: z.union([z.boolean(), z.literal('baseline')]).meta({
      description: '`baseline`: ran before drover came. `false`: put there by somebody else.',
    }),
    since: Time,
  })
  .meta({ id: 'Live' });

export const TargetView = z
  .object({
    codebase: z.string(),
    environment: z.string(),
    number: z.int().meta({ description: "The last rollout's number. A rollback names it." }),
    offers: z.int().meta({ description: 'How many offers there have been. An offer by hand names it.' }),
    holds: z.int().meta({ description: 'How many holds there have been. A hold names it.' }),
    baseline: z.string().nullable().optional().meta({ description: 'What ran before drover came; null: nothing.' }),
    live: LiveView.nullable(),
    candidate: z
      .object({
        release: Commit,
        digest: Digest,
        byHand: z.boolean(),
        offeredAt: Time,
        ask: z.object({ number: z.int(), running: z.string().nullable(), askedAt: Time, expiresAt: Time }).nullable(),
      })
      .nullable(),
    rollout: z
      .object({
        kind: z.enum(['release', 'rollback', 'heal']),
        phase: z.enum(['rolling-out', 'rolling-back', 'stopping']),
        number: z.int().meta({ description: 'An abort names it.' }),
        release: Commit.optional(),
        image: z.string(),
        startedAt: Time,
        deadline: Time,
        approval: z.object({ ask: z.int(), by: Who, at: Time }).optional(),
        reason: z.string().optional(),
      })
      .nullable(),
    held: z
      .object({ number: z.int().meta({ description: 'An unhold names it.' }), reason: z.string(), by: Who, at: Time })
      .nullable(),
    drift: z
      .object({ text: z.string(), since: Time })
      .optional()
      .meta({ description: 'What was seen to differ from what was approved, and is not put back.' }),
  })
  .meta({ id: 'Target', description: 'Where a codebase runs, and what is so there now.' });
export type TargetView = z.infer<typeof TargetView>;

export const EntryView = z
  .object({
    at: Time,
    what: z.string().meta({ example: 'rolled-back' }),
    text: z.string().meta({ description: 'The same as one line for a person.' }),
    record: z.string().meta({ example: 'target#production' }),
    version: z.int(),
    by: Who.optional(),
    release: Commit.optional(),
    environment: z.string().optional(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  })
  .meta({ id: 'Entry', description: 'One line of the history.' });
export type EntryView = z.infer<typeof EntryView>;

/** An entry as the API shows it. */
export function entryView({ codebase: _, at, ...entry }: Entry): EntryView {
  return { at: new Date(at).toISOString(), ...entry };
}
