import { ClusterError } from '../../lib/cluster/cluster-error.ts';
import { httpsApi } from '../../lib/cluster/kubernetes/https-api.ts';
import { type Kubeconfig, kubeconfigAccess } from '../../lib/cluster/kubernetes/kubeconfig.ts';
import { preflight } from '../../lib/cluster/kubernetes/preflight.ts';
import type { Codebase } from '../../lib/codebase/codebase.ts';
import { openKubeconfig } from './open-kubeconfig.ts';

export type FoundClusters = {
  /** Of the current context, as a folder may be named. */
  name: string;
  /** Reads it anew, for the codebases that there are then. */
  read: (codebases: Codebase[]) => Kubeconfig;
  servers: { cluster: string; server: string }[];
  /** What targets lack there, one line each. */
  missing: string[];
};

/** The clusters of a kubeconfig to which codebases are rolled out. It changes nothing. Throws one line where one is unknown, out of reach or refuses us. */
export async function findClusters(file: string, codebases: Codebase[]): Promise<FoundClusters> {
  const read = (those: Codebase[]) => openKubeconfig(file, those);
  const config = read(codebases);
  const servers = new Map<string, string>();
  const missing: string[] = [];
  for (const codebase of codebases)
    for (const environment of codebase.environments) {
      const access = kubeconfigAccess(config, environment.cluster);
      servers.set(environment.cluster, access.server);
      const lines = await preflight(httpsApi(access), environment).catch((error) =>
        outOfReach(environment.cluster, error),
      );
      missing.push(...lines.map((line) => `${codebase.name} in ${environment.name}: ${line}`));
    }
  return {
    name: (config['current-context'] || [...servers.keys()].join('-')).replace(/[^\w.-]+/g, '-'),
    read,
    servers: [...servers].map(([cluster, server]) => ({ cluster, server })),
    missing,
  };
}

/** What a person should know before the first release: where it goes, where images come from, what is missing. */
export function elsewhereLines({ servers, missing }: FoundClusters, registry: string, pullAt?: string): string[] {
  const from = pullAt === undefined ? registry : registry.replace(/^.*:/, `${pullAt}:`);
  return [
    ...servers.map(({ cluster, server }) => `  Cluster ${cluster} is ${server}.`),
    `  Its nodes pull ${registry}/… from http://${from} (README: “On a cluster of yours”).`,
    '  A service answers in its cluster; from here: kubectl port-forward service/NAME 8080:80',
    ...missing.map((line) => `  ! ${line}`),
    '',
  ];
}

function outOfReach(cluster: string, error: unknown): never {
  if (error instanceof ClusterError) throw new Error(`Cluster ${cluster}: ${error.message}.`, { cause: error });
  throw error;
}
