import * as z from 'zod';
import type { Applied, Checked, Look, Stamped, Watched } from '../cluster/cluster.ts';
import type { By } from '../history/entry.ts';
import { Message } from '../notify/message.ts';
import { SentToRelease } from '../release/event.ts';
import { type Offer, SentToTarget } from './offer.ts';

/** What an approval page showed, and what its token therefore binds. */
export type Shown = { release: string; digest: string; running: string | null; ask: number; expiresAt: number };

type Drift = Omit<Extract<Checked, { kind: 'differs' }>, 'kind'>;

export type TargetEvent =
  | SentToTarget
  /** `offers` is the count that the person's page showed. */
  | { kind: 'offered-by-hand'; offer: Offer; offers: number; by: By }
  | { kind: 'baseline-seen'; look: Look }
  | { kind: 'approved'; shown: Shown; by: By }
  | { kind: 'rejected'; shown: Shown; by: By }
  | { kind: 'ask-expired'; ask: number }
  | { kind: 'apply-answered'; number: number; answer: Applied }
  | { kind: 'watched'; number: number; watched: Watched }
  | { kind: 'stamped'; number: number; stamped: Stamped }
  | { kind: 'abort'; number: number; by: By }
  /** To an image that was live here, or to the baseline; `number` is the rollout number that the person's page showed. */
  | { kind: 'roll-back'; number: number; to: Offer | 'baseline'; by: By }
  | { kind: 'hold'; holds: number; reason: string; by: By }
  | { kind: 'unhold'; hold: number; by: By }
  /** A person asks for a look at what runs. */
  | { kind: 'check'; by: By }
  /** Seen by a look while rollout `number` was the last one. `asked`: by a person, who is told whatever it is. */
  | ({ kind: 'drift-seen'; number: number; asked?: boolean } & Drift)
  | { kind: 'as-approved'; number: number; asked?: boolean }
  | { kind: 'check-refused'; number: number; reason: string; asked?: boolean };

export const TargetEffect = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('look-cluster') }),
  z.object({ kind: z.literal('check') }),
  z.object({ kind: z.literal('apply'), number: z.number().int() }),
  z.object({ kind: z.literal('watch'), number: z.number().int(), notBefore: z.number() }),
  z.object({ kind: z.literal('stamp'), number: z.number().int(), notBefore: z.number().optional() }),
  z.object({ kind: z.literal('send-release'), commit: z.string(), event: SentToRelease }),
  z.object({ kind: z.literal('send-target'), environment: z.string(), event: SentToTarget }),
  z.object({ kind: z.literal('tell'), message: Message }),
]);
export type TargetEffect = z.infer<typeof TargetEffect>;
