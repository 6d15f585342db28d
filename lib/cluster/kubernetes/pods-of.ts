import type * as z from 'zod';
import type { Place, Workload } from '../../target/record.ts';
import type { KubernetesApi } from './api.ts';
import { listAll } from './list-all.ts';
import { isOwnedBy, newPods } from './new-pods.ts';
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
  const selected = labelSelector(object);
  const at = encodeURIComponent(namespace);
  const list = <T extends z.ZodType>(path: string, what: string, item: T) =>
    listAll(api, { path, labelSelector: selected, what: `listing the ${what} of ${namespace}` }, item);
  const listSets = () => list(`/apis/apps/v1/namespaces/${at}/replicasets`, 'ReplicaSets', ReplicaSet);
  const [early, all] = await Promise.all([
    kind === 'Deployment' && !isComplete ? listSets() : [],
    list(`/api/v1/namespaces/${at}/pods`, 'pods', Pod),
  ]);
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
