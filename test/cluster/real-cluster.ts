import { httpsApi } from '../../lib/cluster/kubernetes/https-api.ts';
import { kubernetesCluster } from '../../lib/cluster/kubernetes/kubernetes-cluster.ts';
import type { Herd } from '../../lib/codebase/codebase.ts';
import { resolveHerd } from '../../lib/codebase/resolve-herd.ts';
import { type ClusterUnderTest, LATER } from '../contracts/cluster.ts';
import { startKubernetes } from '../real/kubernetes/start.ts';
import { allowDrover } from './printed-role.ts';

/** A whole Kubernetes that drover did not write, with drover's Role for the workload `allowed`. The first start builds it: minutes. */
export async function startRealCluster(): Promise<ClusterUnderTest & { kubeconfig: string; folder: string }> {
  const { admin, drover, images, kubeconfig, folder, close } = await startKubernetes();
  try {
    const api = httpsApi(admin);
    const namespace = 'contract';
    const made = await api({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    });
    if (made.status !== 201) throw new Error(`the namespace was answered with ${made.status}`);
    await allowDrover(api, herdOf(namespace, 'allowed'));
    return {
      cluster: kubernetesCluster({ access: async () => admin, now: Date.now }),
      later: kubernetesCluster({ access: async () => admin, now: () => Date.now() + LATER }),
      restricted: kubernetesCluster({ access: async () => drover, now: Date.now }),
      restrictedApi: httpsApi(drover),
      admin: api,
      namespace,
      images: { ...images, missing: images.one.replace(/@.*/, `@sha256:${'0'.repeat(64)}`) },
      kubeconfig,
      folder,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A herd of one Deployment. */
function herdOf(namespace: string, workload: string): Herd {
  const environments = [{ name: 'production', cluster: 'contract', namespace, workloads: [{ name: workload }] }];
  return resolveHerd({ codebases: [{ name: 'web', language: 'node', repository: 'flock/web', environments }] });
}
