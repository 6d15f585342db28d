import type { Applied, Look, Stamped, Watched } from '../cluster/cluster.ts';
import type { By } from '../history/entry.ts';

/** What an approval page showed, and what its token therefore binds. */
export type Shown = { release: string; digest: string; running: string | null; ask: number; expiresAt: number };

export type Offer = { release: string; digest: string; image: string; order: number };

export type TargetEvent =
  | { kind: 'offered'; offer: Offer }
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
  | { kind: 'drift-seen'; number: number; image: string };

export type TargetEffect =
  | { kind: 'look-cluster' }
  | { kind: 'apply'; number: number }
  | { kind: 'watch'; number: number; notBefore: number }
  | { kind: 'stamp'; number: number }
  | { kind: 'send-release'; commit: string; event: import('../release/event.ts').ReleaseEvent }
  | { kind: 'send-target'; environment: string; event: TargetEvent }
  | { kind: 'tell'; message: import('../notify/message.ts').Message };
