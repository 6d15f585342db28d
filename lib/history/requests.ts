import * as z from 'zod';
import { ReleaseState, StandingState } from '../release/record.ts';

// What the API takes. An unknown parameter is refused, so that a slip of the pen is not a wrong answer.

const Codebase = z.string().min(1).max(200).meta({ description: "A codebase's name", example: 'shop' });
const Environment = z.string().min(1).max(200).meta({ description: "An environment's name", example: 'production' });
const CommitPrefix = z
  .string()
  .regex(/^[0-9a-f]{7,40}$/, 'expected 7 to 40 hexadecimal digits in lower case')
  .meta({ description: 'A commit, or its first 7 or more characters', example: '4f2a1c9' });
const Limit = (fallback: number) =>
  z
    .string()
    .regex(/^[0-9]{1,3}$/, 'expected a whole number from 1 to 100')
    .transform(Number)
    .pipe(z.number().min(1, 'expected a whole number from 1 to 100').max(100, 'expected a whole number from 1 to 100'))
    .default(fallback)
    .meta({
      override: { type: 'integer', minimum: 1, maximum: 100, default: fallback },
      description: 'The most that one page holds',
    });
const Cursor = z.string().min(1).max(1_000).optional().meta({ description: 'The `next` of the last page, as it came' });

/** `state` is the build's; with `environment` it is what that target says. */
export const ReleasesQuery = z
  .strictObject({
    codebase: Codebase.optional(),
    environment: Environment.optional().meta({ description: 'Only releases that this environment knows' }),
    state: z
      .union(
        [ReleaseState, StandingState],
        `expected ${ReleaseState.options.join(', ')}, or with environment ${StandingState.options.join(', ')}`,
      )
      .optional()
      .meta({ description: "The build's state; with `environment` that target's word on the release" }),
    since: z
      .union(
        [z.iso.datetime({ offset: true }), z.iso.date()],
        'expected a date or a date and time: 2026-11-23, 2026-11-23T16:03:29Z',
      )
      .transform((text) => Date.parse(text))
      .optional()
      .meta({
        override: { type: 'string' },
        description:
          'Only pushes from then on; ISO 8601. Without it the list of one codebase goes back to its beginning, that of the herd 12 months',
      }),
    limit: Limit(50),
    cursor: Cursor,
  })
  .superRefine(({ environment, state }, context) => {
    const known: readonly string[] = environment === undefined ? ReleaseState.options : StandingState.options;
    if (state !== undefined && !known.includes(state))
      context.addIssue({ code: 'custom', path: ['state'], message: `expected ${known.join(', ')}` });
  });

export const ReleaseQuery = z.strictObject({ cursor: Cursor });
export const TargetsQuery = z.strictObject({ codebase: Codebase.optional(), limit: Limit(100), cursor: Cursor });
export const NoQuery = z.strictObject({});

export const ReleasePath = z.strictObject({ codebase: Codebase, commit: CommitPrefix });
export const TargetPath = z.strictObject({ codebase: Codebase, environment: Environment });
export const NoPath = z.strictObject({});

const Count = z.int().min(0);
const saidIfOmitted = 'If it is left out, that of the record as it is now is taken, and the answer says which.';

export const RebuildBody = z
  .strictObject({ attempt: Count.optional().meta({ description: `The attempt that you saw. ${saidIfOmitted}` }) })
  .meta({ id: 'Rebuild' });
export const OfferBody = z
  .strictObject({
    release: CommitPrefix,
    offers: Count.optional().meta({ description: `The count of offers that you saw. ${saidIfOmitted}` }),
  })
  .meta({ id: 'Offer' });
export const RollbackBody = z
  .strictObject({
    to: z
      .union([z.literal('baseline'), CommitPrefix], 'expected "baseline" or 7 to 40 hexadecimal digits')
      .optional()
      .meta({ description: 'A commit that was live there, or `baseline`. Left out: what was live before' }),
    number: Count.optional().meta({ description: `The rollout number that you saw. ${saidIfOmitted}` }),
  })
  .meta({ id: 'Rollback' });
export const CheckBody = z.strictObject({}).meta({ id: 'Check' });
export const AbortBody = z
  .strictObject({ number: Count.meta({ description: 'The number of the rollout that you saw' }) })
  .meta({ id: 'Abort' });
export const HoldBody = z
  .strictObject({
    reason: z.string().trim().min(1).max(300),
    holds: Count.optional().meta({ description: `The count of holds that you saw. ${saidIfOmitted}` }),
  })
  .meta({ id: 'Hold' });
export const UnholdBody = z
  .strictObject({
    hold: Count.optional().meta({ description: `The number of the hold that you saw. ${saidIfOmitted}` }),
  })
  .meta({ id: 'Unhold' });
