import { readFileSync } from 'node:fs';
import { EKSClient } from '@aws-sdk/client-eks';
import type { Instant } from '../../engine/instant.ts';
import type { Cluster } from '../cluster.ts';
import { ClusterError } from '../cluster-error.ts';
import type { Access } from './api.ts';
import { eksAccess } from './eks-access.ts';
import { Kubeconfig, kubeconfigAccess } from './kubeconfig.ts';
import { kubernetesCluster } from './kubernetes-cluster.ts';

/** Where the clusters are: those of an EKS account and region; on one machine, those of a kubeconfig (as JSON) where one is given. */
export type Whereabouts = { region: string; kubeconfig?: string | undefined; now: () => Instant };

/** The clusters as places where images run. */
export const clusterOf = (where: Whereabouts): Cluster =>
  kubernetesCluster({ access: accessOf(where), now: where.now });

/** How each cluster is reached. The same object comes back while it holds, which keeps its connections. */
export function accessOf({ region, kubeconfig, now }: Whereabouts): (cluster: string) => Promise<Access> {
  if (kubeconfig === undefined) {
    const eks = new EKSClient({ region });
    return eksAccess({ eks, region, credentials: eks.config.credentials, now });
  }
  let config: Kubeconfig | undefined;
  const current = () => {
    config ??= readConfig(kubeconfig);
    return config;
  };
  const known = new Map<string, Access>();
  return async (cluster) => {
    const way = known.get(cluster) ?? kubeconfigAccess(current(), cluster);
    if (way.token !== undefined && !known.has(cluster))
      // One that was refused may have been replaced in the file.
      way.token = async (fresh) => {
        if (fresh) config = undefined;
        return (await kubeconfigAccess(current(), cluster).token?.(fresh)) ?? '';
      };
    known.set(cluster, way);
    return way;
  };
}

/** Read when a cluster is first asked for, so that whatever needs none goes on without it. */
function readConfig(path: string): Kubeconfig {
  try {
    return Kubeconfig.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const why =
      cause instanceof Error && 'code' in cause ? `cannot be read (${cause.code})` : 'is no kubeconfig in JSON';
    throw new ClusterError('cluster-unknown', `${path} ${why}`, { retryable: false, cause });
  }
}
