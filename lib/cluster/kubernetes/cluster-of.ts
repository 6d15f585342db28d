import { readFileSync } from 'node:fs';
import { EKSClient } from '@aws-sdk/client-eks';
import type { Instant } from '../../engine/instant.ts';
import type { Cluster } from '../cluster.ts';
import { eksAccess } from './eks-access.ts';
import { Kubeconfig, kubeconfigAccess } from './kubeconfig.ts';
import { kubernetesCluster } from './kubernetes-cluster.ts';

/** The clusters of an EKS account and region; on one machine, those of a kubeconfig (as JSON) where one is given. */
export function clusterOf({
  region,
  kubeconfig,
  now,
}: {
  region: string;
  kubeconfig?: string;
  now: () => Instant;
}): Cluster {
  if (kubeconfig !== undefined) {
    const config = Kubeconfig.parse(JSON.parse(readFileSync(kubeconfig, 'utf8')));
    const known = new Map<string, ReturnType<typeof kubeconfigAccess>>();
    const access = async (cluster: string) => {
      const way = known.get(cluster) ?? kubeconfigAccess(config, cluster);
      known.set(cluster, way);
      return way;
    };
    return kubernetesCluster({ access, now });
  }
  const eks = new EKSClient({ region });
  return kubernetesCluster({ access: eksAccess({ eks, region, credentials: eks.config.credentials, now }), now });
}
