import type { BranchEvent } from '../branch/event.ts';
import type { Branch } from '../branch/record.ts';
import type { ReleaseEvent } from '../release/event.ts';
import type { Release } from '../release/record.ts';
import type { TargetEvent } from '../target/event.ts';
import type { Target } from '../target/record.ts';

/** What became of an event: written as a new version, or ignored with the table's reason. `record` is the record as it is now. */
export type Outcome<R> =
  | { kind: 'written'; record: R; version: number }
  | { kind: 'ignored'; reason: string; record: R | undefined };

/** The only way in. It returns when what it wrote is carried out as far as this executor may; the rest is woken elsewhere. */
export type Advance = {
  branch: (codebase: string, event: BranchEvent) => Promise<Outcome<Branch>>;
  release: (codebase: string, commit: string, event: ReleaseEvent) => Promise<Outcome<Release>>;
  target: (codebase: string, environment: string, event: TargetEvent) => Promise<Outcome<Target>>;
};
