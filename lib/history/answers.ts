import * as z from 'zod';
import { EntryView, ReleaseView, TargetView } from './views.ts';

const Next = z
  .string()
  .optional()
  .meta({ description: 'The cursor of the next page. It may be there though nothing follows' });

export const ReleasesAnswer = z.object({ releases: z.array(ReleaseView), next: Next }).meta({ id: 'Releases' });
export const ReleaseAnswer = z
  .object({
    release: ReleaseView,
    before: z
      .object({ commit: z.string(), bytes: z.int() })
      .optional()
      .meta({ description: 'The image of the release that was built before this one, to compare sizes with' }),
    entries: z.array(EntryView).meta({ description: 'Oldest first' }),
    next: Next,
  })
  .meta({ id: 'ReleaseWithEntries' });
export const TargetsAnswer = z.object({ targets: z.array(TargetView), next: Next }).meta({ id: 'Targets' });
export const TargetAnswer = z
  .object({ target: TargetView, entries: z.array(EntryView).meta({ description: 'The last 50, newest first' }) })
  .meta({ id: 'TargetWithEntries' });

const Assumed = z
  .record(z.string(), z.union([z.number(), z.string()]))
  .optional()
  .meta({ description: 'What the request left out, and what was taken for it', example: { number: 7 } });

/** What a person's decision gives back. */
export const ReleaseOperated = z.object({ release: ReleaseView, assumed: Assumed }).meta({ id: 'ReleaseOperated' });
export const TargetOperated = z.object({ target: TargetView, assumed: Assumed }).meta({ id: 'TargetOperated' });
export type Assumed = z.infer<typeof Assumed>;
