import * as z from 'zod';
import { SentToRelease } from '../release/event.ts';
import type { Warmed } from './cold.ts';
import type { Push } from './record.ts';

export type BranchEvent =
  | { kind: 'pushed'; push: Push }
  | Warmed
  /**
   * The source was asked which commit the branch points at, because pushes of one second could not be ordered. `order` is the
   * newest push's when it was asked.
   */
  | { kind: 'head-seen'; commit: string | undefined; order: number };

export const BranchEffect = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('send-release'), commit: z.string(), event: SentToRelease }),
  z.object({ kind: z.literal('look-head') }),
]);
export type BranchEffect = z.infer<typeof BranchEffect>;
