import type { Push } from '../branch/record.ts';
import type { Observed, Started } from '../build/builds.ts';
import type { By } from '../history/entry.ts';
import type { Standing } from './record.ts';

export type ReleaseEvent =
  | { kind: 'pushed'; push: Push; order: number; newest: boolean }
  | { kind: 'newer-push'; order: number }
  /** A person's wish; `attempt` is the one that their page showed. */
  | { kind: 'rebuild'; attempt: number; by: By }
  | { kind: 'start-answered'; attempt: number; answer: Started }
  | { kind: 'build-observed'; buildId: string; observed: Observed }
  | { kind: 'registry-answered'; digest: string; image: string | undefined; reason?: string }
  /** What a target says of this release now. */
  | { kind: 'standing'; environment: string; standing: Standing };

export type ReleaseEffect =
  | { kind: 'start-build'; attempt: number; notBefore?: number }
  | { kind: 'look-build'; buildId: string; notBefore: number }
  | { kind: 'confirm-image'; digest: string }
  | { kind: 'send-target'; environment: string; event: import('../target/event.ts').TargetEvent }
  | { kind: 'tell'; message: import('../notify/message.ts').Message };
