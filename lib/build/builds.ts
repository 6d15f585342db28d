import type { Codebase } from '../codebase/codebase.ts';
import type { ComputeSize } from '../codebase/compute.ts';
import type { Compute } from './cost.ts';
import type { Facts } from './facts.ts';

/** What drover asks of a build service. Throws on an outage; what it returns is what the service said. */
export type Builds = {
  /**
   * Starts the build of a commit, or adopts the one of the same commit that runs already: it looks for our own build id
   * (`<commit>.<attempt>`, passed as DROVER_BUILD) before it starts one, so a repeated call never makes a second.
   * `size`: the machine that it asks for in place of its project's.
   */
  start: (codebase: Codebase, commit: string, attempt: number, size?: ComputeSize) => Promise<Started>;
  look: (buildId: string) => Promise<Observed>;
};

export type Started =
  | { kind: 'started'; buildId: string }
  /** Over the limit, throttled: later. `permanent`: the project is missing or the input is refused. */
  | { kind: 'refused'; permanent: boolean; reason: string };

export type Observed =
  | { kind: 'running'; phase: string; logUrl?: string }
  | ({ kind: 'succeeded'; digest: string | undefined; commit: string | undefined } & Finished)
  /** The build's own fault: failed, stopped, timed out, or a status that drover does not know. `reason` is one line. */
  | ({ kind: 'failed'; reason: string } & Finished)
  /** Not the build's fault (`isInfrastructure`), or the service does not know it. */
  | ({ kind: 'lost'; reason: string } & Partial<Finished>);

export type Finished = {
  finishedAt: number;
  logUrl?: string;
  phases: { name: string; status: string; seconds: number }[];
  /** What the build said of itself; undefined where it said nothing that can be read. */
  facts?: Facts;
  compute?: Compute;
  /** By the list price, where the rate is known. */
  cents?: number;
};
