import { parseAllDocuments } from 'yaml';
import { accessManifests } from '../../infra/access-manifests.ts';
import { httpsApi } from '../../lib/cluster/kubernetes/https-api.ts';
import { kubernetesCluster } from '../../lib/cluster/kubernetes/kubernetes-cluster.ts';
import { resolveHerd } from '../../lib/codebase/resolve-herd.ts';
import { type ClusterUnderTest, LATER } from '../contracts/cluster.ts';
import { startKubernetes } from '../real/kubernetes/start.ts';

/** A whole Kubernetes that drover did not write, with drover's Role for the workload `allowed`. The first start builds it: minutes. */
export async function startRealCluster(): Promise<ClusterUnderTest & { kubeconfig: string; folder: string }> {
  const { admin, drover, images, kubeconfig, folder, close } = await startKubernetes();
  try {
    const api = httpsApi(admin);
    const namespace = 'contract';
    const rights = '/apis/rbac.authorization.k8s.io/v1/namespaces/contract';
    const [role, binding] = printedRole(namespace, 'allowed');
    for (const [path, body] of [
      ['/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }],
      [`${rights}/roles`, role],
      [`${rights}/rolebindings`, binding],
    ] as const) {
      const { status, body: answer } = await api({ method: 'POST', path, body });
      if (status !== 201) throw new Error(`${path} was answered with ${status}: ${JSON.stringify(answer)}`);
    }
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

/** The Role and RoleBinding as `drover access` prints them for a herd of one Deployment. */
function printedRole(namespace: string, workload: string): unknown[] {
  const environments = [{ name: 'production', cluster: 'contract', namespace, workloads: [{ name: workload }] }];
  const codebases = [{ name: 'web', language: 'node' as const, repository: 'flock/web', environments }];
  const [access] = accessManifests(resolveHerd({ codebases }));
  return parseAllDocuments(access?.manifests ?? '').map((document) => document.toJS());
}
