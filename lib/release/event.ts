import * as z from 'zod';
import { Warmed } from '../branch/cold.ts';
import { Push } from '../branch/record.ts';
import type { Observed, Started } from '../build/builds.ts';
import { ColdCause } from '../build/machine.ts';
import type { By } from '../history/entry.ts';
import { Message } from '../notify/message.ts';
import { SentToTarget } from '../target/offer.ts';
import { Digest, Standing } from './record.ts';

/** What other records send to a release; it waits inside them until it is delivered. */
export const SentToRelease = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pushed'),
    push: Push,
    order: z.number(),
    newest: z.boolean(),
    cold: ColdCause.optional(),
  }),
  z.object({ kind: z.literal('newer-push'), order: z.number() }),
  /** What a target says of this release now. */
  z.object({ kind: z.literal('standing'), environment: z.string(), standing: Standing }),
]);
export type SentToRelease = z.infer<typeof SentToRelease>;

export type ReleaseEvent =
  | SentToRelease
  /** A person's wish; `attempt` is the one that their page showed. */
  | { kind: 'rebuild'; attempt: number; by: By }
  /** What the registry has under the commit's immutable tag, sought before a build that is not the first; undefined: nothing. */
  | { kind: 'image-sought'; attempt: number; digest: string | undefined }
  | { kind: 'start-answered'; attempt: number; answer: Started }
  | { kind: 'build-observed'; buildId: string; observed: Observed }
  /** `image` is undefined where the registry has no such image, or the commit's tag is on another. */
  | { kind: 'registry-answered'; digest: string; image: string | undefined; reason?: string };

export const ReleaseEffect = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('seek-image'), attempt: z.number().int() }),
  z.object({ kind: z.literal('start-build'), attempt: z.number().int(), notBefore: z.number().optional() }),
  z.object({ kind: z.literal('look-build'), buildId: z.string(), notBefore: z.number() }),
  z.object({ kind: z.literal('confirm-image'), digest: Digest }),
  z.object({ kind: z.literal('send-branch'), event: Warmed }),
  z.object({ kind: z.literal('send-target'), environment: z.string(), event: SentToTarget }),
  z.object({ kind: z.literal('tell'), message: Message }),
]);
export type ReleaseEffect = z.infer<typeof ReleaseEffect>;
