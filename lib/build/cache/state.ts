import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

/** What a build remembers of its restore until it keeps: in a file of the build's own. Times are milliseconds since 1970. */
const State = z.object({
  outcome: z.enum(['hit', 'older', 'cold']),
  begun: z.number(),
  restoredAt: z.number(),
  sources: z.record(z.string(), z.string()),
  /** Paths whose content is not the archive's. */
  changed: z.array(z.string()),
  /** Which files were restored, where no sources say what changed. */
  listing: z.string().optional(),
});
export type State = z.infer<typeof State>;

export const writeState = (path: string, state: State): void => writeFileSync(path, JSON.stringify(state));

/** Throws where no restore left one. */
export const readState = (path: string): State => State.parse(JSON.parse(readFileSync(path, 'utf8')));
