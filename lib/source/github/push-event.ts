import * as z from 'zod';
import type { Push } from '../../branch/record.ts';
import { oneLine } from './one-line.ts';
import { Commits, touchesOf } from './touches.ts';

/** SHA-1 object names; a repository with SHA-256 ones is not supported, by GitHub neither. */
const Commit = z.string().regex(/^[0-9a-f]{40}$/);

/** What is read of a `push` payload, and nothing more. https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
export const PushEvent = z.object({
  ref: z.string().min(1).max(1_000),
  before: Commit,
  after: Commit,
  deleted: z.boolean(),
  forced: z.boolean(),
  commits: Commits,
  head_commit: z.object({ message: z.string(), author: z.object({ name: z.string() }) }).nullable(),
  repository: z.object({
    full_name: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/),
    /** Seconds; until the year 9999, so that every time made from it can be written. */
    pushed_at: z.number().int().min(0).max(253_402_300_799),
  }),
  pusher: z.object({ name: z.string() }),
});
export type PushEvent = z.infer<typeof PushEvent>;

/** The push to a codebase of a language as drover keeps it, each text one bounded line. Undefined where there is no head commit. */
export function pushOf(event: PushEvent, language: string): Push | undefined {
  const { before, after, forced, head_commit: head, repository, pusher } = event;
  if (head === null) return undefined;
  const touches = touchesOf(event, language);
  return {
    commit: after,
    before,
    pushedAt: repository.pushed_at,
    forced,
    message: oneLine(head.message, 200),
    author: oneLine(head.author.name, 100),
    pusher: oneLine(pusher.name, 100),
    ...(touches && { touches }),
  };
}
