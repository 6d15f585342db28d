import type { Remark } from '../history/entry.ts';

/**
 * What a table row says. `changed` is written, with its effects inside the record; `remark` becomes the entry that every
 * decision leaves in the history (none only where nothing but a repeated look is owed). `ignored` writes nothing.
 */
export type Decision<R, E> =
  | { kind: 'changed'; record: R; effects: E[]; remark?: Remark }
  | { kind: 'ignored'; reason: string };

export const ignored = (reason: string): { kind: 'ignored'; reason: string } => ({ kind: 'ignored', reason });
