import * as z from 'zod';
import { SentToRelease } from '../release/event.ts';
import type { Warmed } from './cold.ts';
import type { Push } from './record.ts';

export type BranchEvent =
  | { kind: 'pushed'; push: Push }
  | Warmed
  /**
   * The source was asked which commit the branch points at, because a second had more than one push. `order` and `waited` are the
   * branch's when it was asked; `refused` is why the source will never say.
   */
  | { kind: 'head-seen'; commit: string | undefined; order: number; waited: number; refused?: string };

export const BranchEffect = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('send-release'), commit: z.string(), event: SentToRelease }),
  z.object({ kind: z.literal('look-head') }),
]);
export type BranchEffect = z.infer<typeof BranchEffect>;
