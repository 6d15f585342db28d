import type { Push } from './record.ts';

export type BranchEvent =
  | { kind: 'pushed'; push: Push }
  /** The source was asked which commit the branch points at, because pushes of one second could not be ordered. */
  | { kind: 'head-seen'; commit: string };

export type BranchEffect =
  | { kind: 'send-release'; commit: string; event: import('../release/event.ts').ReleaseEvent }
  | { kind: 'look-head' };
