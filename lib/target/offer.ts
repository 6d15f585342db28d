import * as z from 'zod';
import { Digest } from '../release/record.ts';

/** A release that may run here. `order` is its push's. */
export const Offer = z.object({ release: z.string(), digest: Digest, image: z.string(), order: z.number() });
export type Offer = z.infer<typeof Offer>;

/** What other records send to a target; it waits inside them until it is delivered. */
export const SentToTarget = z.object({ kind: z.literal('offered'), offer: Offer });
export type SentToTarget = z.infer<typeof SentToTarget>;
