import type { BuildLog } from '../lib/build/build-log.ts';
import type { KubernetesApi } from '../lib/cluster/kubernetes/api.ts';
import type { Herd } from '../lib/codebase/codebase.ts';
import type { TokenTable } from '../lib/history/token-table.ts';
import type { Git, Program } from './git.ts';

/** What commands are given; beside it, `new` and `adopt` touch the folders and the herd that a person names. */
export type CliServices = {
  env: Record<string, string | undefined>;
  /** Where the person is: what they name by a path is below it. */
  folder: string;
  git: Git;
  program: Program;
  fetch: typeof globalThis.fetch;
  now: () => number;
  random: (bytes: number) => Buffer;
  /** The table of that name, with the credentials that the AWS SDK finds. */
  tokenTable: (name: string) => TokenTable;
  /** A SecureString parameter of drover's by its last name, with the credentials that the AWS SDK finds. */
  parameter: (name: string) => Promise<string | undefined>;
  /** Logs of builds, with the credentials that the AWS SDK finds. */
  buildLog: BuildLog;
  /** A line for the person, now: what comes back from a command is printed when it has ended. */
  print: (line: string) => void;
  wait: (milliseconds: number) => Promise<void>;
  loadHerd: (file: string) => Herd;
  /** Calls the API server of a cluster, with the credentials that the AWS SDK finds, or by DROVER_KUBECONFIG. */
  reach: (cluster: string) => Promise<KubernetesApi>;
  /** Whether the registry has a codebase's repository. */
  repositoryExists: (codebase: string) => Promise<boolean>;
};
