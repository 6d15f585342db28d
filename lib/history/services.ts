import type { Codebase } from '../codebase/codebase.ts';
import type { Advance } from '../engine/advance.ts';
import type { Instant } from '../engine/instant.ts';
import type { Images } from '../image/images.ts';
import type { HistoryTable } from './read-items.ts';
import type { ApiToken } from './tokens.ts';

/** What the history API is given. */
export type HistoryServices = {
  table: HistoryTable;
  findToken: (id: string) => Promise<ApiToken | undefined>;
  /** A codebase of the herd: a target may be held before anything was offered to it. */
  codebase: (name: string) => Codebase | undefined;
  advance: Pick<Advance, 'release' | 'target'>;
  images: Pick<Images, 'find'>;
  now: () => Instant;
};
