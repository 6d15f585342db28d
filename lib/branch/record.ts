import * as z from 'zod';
import { ColdCause } from '../build/machine.ts';
import { Cold } from './cold.ts';

const Commit = z.string().regex(/^[0-9a-f]{40}$/);

/** A push as its source told it. `commit` is the branch's new head, `before` the old one (all zeros where there was none). */
export const Push = z.object({
  commit: Commit,
  before: Commit,
  /** GitHub's `repository.pushed_at`, in seconds. */
  pushedAt: z.number().int(),
  forced: z.boolean(),
  /** First line of the head commit's message, at most 200 characters. */
  message: z.string(),
  author: z.string(),
  /** Login of who pushed, as GitHub says. */
  pusher: z.string(),
  /** What of its changes decides how a build finds what others kept; absent where nothing does. */
  touches: ColdCause.optional(),
});
export type Push = z.infer<typeof Push>;

export const OrderedPush = z.object({ push: Push, order: z.number() });
export type OrderedPush = z.infer<typeof OrderedPush>;

/** What was pushed last to a codebase's release branch. */
export const Branch = z.object({
  kind: z.literal('branch'),
  codebase: z.string(),
  commit: z.string(),
  /** Order of the last push; see `order.ts`. */
  order: z.number(),
  /** The known pushes of the last push's second, because GitHub tells no smaller unit; bounded. */
  second: z.array(OrderedPush),
  /** Pushes of that second whose place among them is asked for: no release is told of them yet. Absent: none; bounded. */
  waiting: z.array(Push).optional(),
  /** How many have waited since the last push became the newest, so that an answer is known to be older than one of them. */
  waited: z.number().int().optional(),
  /** Absent where the last good build kept all that the next one needs. */
  cold: Cold.optional(),
});
export type Branch = z.infer<typeof Branch>;
