import type { Place } from '../target/record.ts';
import type { Compute, Platform } from './compute.ts';

/** One environment of a codebase, with every default filled in. Order in the list is the order of release. */
export type Environment = Place & {
  name: string;
  approval: 'required' | 'none';
  approvalLifetimeMinutes: number;
  rolloutDeadlineSeconds: number;
  /** How long a complete rollout must stay complete before it is live. */
  stabilitySeconds: number;
  /** What is done where something else runs than was approved: it is told, or also put back. */
  drift: 'report' | 'revert';
};

/** One codebase of the herd, with every default filled in. */
export type Codebase = {
  name: string;
  language: string;
  /** Where GitHub is, for people: `https://github.com`, or a server of one's own. No slash at its end. */
  github: string;
  /** `owner/name` on GitHub. */
  repository: string;
  /** The release branch, without `refs/heads/`. */
  branch: string;
  environments: Environment[];
  /** The size of its builds' machine, or `auto`: by rule, for each build. */
  compute: Compute;
  /** What its image runs on; the first is what its builds run on. `linux/arm64` where the list says nothing. */
  platforms: Platform[];
  /** The ARN of the reserved capacity that its builds run on; its machines have the size that it was made with. */
  fleet?: string;
  /** What its recipe is told, as the environment variables of its builds: DROVER_PACKAGE, DROVER_BINARY, DROVER_STEP_…. */
  recipe?: Record<string, string>;
  /** Its image repository is there from before: no stack makes it. */
  images?: 'existing';
  buildTimeoutMinutes: number;
};

/** The herd, for looking up. `byRepository` compares as GitHub does, ignoring case. */
export type Herd = {
  codebases: Codebase[];
  byName: (name: string) => Codebase | undefined;
  byRepository: (repository: string) => Codebase | undefined;
};
