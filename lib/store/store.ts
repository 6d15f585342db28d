import type { Instant } from '../engine/instant.ts';
import type { Key } from '../engine/key.ts';
import type { Stored } from '../engine/stored.ts';
import type { Entry } from '../history/entry.ts';

/** Where records are kept. */
export type Store = {
  /** The record as it is now (a consistent read), or undefined. Throws `unreadable-record` where it does not parse. */
  read: (key: Key) => Promise<Stored | undefined>;
  /** Writes the record on the condition that it is still at `expected` (0: that there is none). False where it is not. */
  write: (key: Key, stored: Stored, expected: number) => Promise<boolean>;
  /** Adds a line to the history unless it is there already. */
  putEntry: (entry: Entry) => Promise<void>;
  /** Keys of what is due, the longest due first, and since when. Eventually consistent: each is read again before it is acted on. */
  due: (now: Instant, limit: number) => Promise<{ key: Key; dueAt: Instant }[]>;
};
