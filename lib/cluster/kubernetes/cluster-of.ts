import { readFileSync } from 'node:fs';
import { EKSClient } from '@aws-sdk/client-eks';
import type { Instant } from '../../engine/instant.ts';
import type { Cluster } from '../cluster.ts';
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
  const read = () => Kubeconfig.parse(JSON.parse(readFileSync(kubeconfig, 'utf8')));
  let config = read();
  const known = new Map<string, Access>();
  return async (cluster) => {
    const way = known.get(cluster) ?? kubeconfigAccess(config, cluster);
    if (way.token !== undefined && !known.has(cluster))
      // One that was refused may have been replaced in the file.
      way.token = async (fresh) => {
        if (fresh) config = read();
        return (await kubeconfigAccess(config, cluster).token?.(fresh)) ?? '';
      };
    known.set(cluster, way);
    return way;
  };
}
