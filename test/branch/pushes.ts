import type { Push } from '../../lib/branch/record.ts';

/** A commit is one letter, forty times. */
export const commitOf = (letter: string): string => letter.repeat(40);

/** A push that leads from one commit to another in a second. */
export const pushOf = (from: string, to: string, pushedAt = 1_000): Push => ({
  commit: commitOf(to),
  before: commitOf(from),
  pushedAt,
  forced: false,
  message: `work ${to}`,
  author: 'Ann',
  pusher: 'ann',
});
