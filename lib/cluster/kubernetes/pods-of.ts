import type { Place, Workload } from '../../target/record.ts';
import { read } from './answer.ts';
import type { KubernetesApi } from './api.ts';
import { isOwnedBy, newPods } from './new-pods.ts';
import { listOf } from './object-parts.ts';
import { Pod } from './pod-object.ts';
import { labelSelector, ReplicaSet, type WorkloadObject } from './workload-object.ts';

/**
 * A Deployment's ReplicaSets tell which pods are new. Once it is complete all of them are, so its ReplicaSets are not asked for, unless
 * there are other pods than it counts.
 */
export async function podsOf(
  api: KubernetesApi,
  { namespace }: Place,
  object: WorkloadObject,
  { kind, isComplete }: { kind: Workload['kind']; isComplete: boolean },
): Promise<{ sets: ReplicaSet[]; all: Pod[]; pods: Pod[] }> {
  const query = { labelSelector: labelSelector(object) };
  const at = encodeURIComponent(namespace);
  const listSets = async () => {
    const answer = await api({ method: 'GET', path: `/apis/apps/v1/namespaces/${at}/replicasets`, query });
    return read(listOf(ReplicaSet), answer, `listing the ReplicaSets of ${namespace}`).items;
  };
  const [early, answer] = await Promise.all([
    kind === 'Deployment' && !isComplete ? listSets() : [],
    api({ method: 'GET', path: `/api/v1/namespaces/${at}/pods`, query }),
  ]);
  const all = read(listOf(Pod), answer, `listing the pods of ${namespace}`).items;
  if (kind === 'Deployment' && isComplete) {
    const running = all.filter(({ metadata, status }) => !metadata.deletionTimestamp && status.phase !== 'Failed');
    if (running.length === object.status.replicas) return { sets: [], all, pods: running };
  }
  const sets = kind === 'Deployment' && isComplete ? await listSets() : early;
  return { sets, all, pods: newPods(object, sets, all, kind) };
}

/** Whether pods of a Deployment are on their way out: a quota counts them until they are gone. */
export function isLeaving(object: WorkloadObject, sets: ReplicaSet[], all: Pod[]): boolean {
  const own = sets.filter(isOwnedBy(object.metadata.uid));
  return all.some((pod) => pod.metadata.deletionTimestamp && own.some(({ metadata }) => isOwnedBy(metadata.uid)(pod)));
}
