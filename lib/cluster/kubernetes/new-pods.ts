import type { Workload } from '../../target/record.ts';
import type { Pod } from './pod-object.ts';
import type { ReplicaSet, WorkloadObject } from './workload-object.ts';

/** The pods of a workload's present template that are not on their way out. ReplicaSets are asked for only of a Deployment. */
export function newPods(
  object: WorkloadObject,
  replicaSets: ReplicaSet[],
  pods: Pod[],
  kind: Workload['kind'] = 'Deployment',
): Pod[] {
  const isNew = ofPresentTemplate(object, replicaSets, kind);
  return pods.filter((pod) => !pod.metadata.deletionTimestamp && isNew(pod));
}

/** The ReplicaSet of a Deployment's present template. */
export function newestSet({ metadata }: WorkloadObject, replicaSets: ReplicaSet[]): ReplicaSet | undefined {
  const revision = 'deployment.kubernetes.io/revision';
  return replicaSets.find(
    (set) => isOwnedBy(metadata.uid)(set) && set.metadata.annotations[revision] === metadata.annotations[revision],
  );
}

/** Whether an object is of that owner. */
export const isOwnedBy =
  (owner: string) =>
  ({ metadata }: Pod | ReplicaSet): boolean =>
    metadata.ownerReferences.some(({ uid }) => uid === owner);

/** Each kind marks the pods of its present template in its own way. */
function ofPresentTemplate(
  object: WorkloadObject,
  replicaSets: ReplicaSet[],
  kind: Workload['kind'],
): (pod: Pod) => boolean {
  const { metadata, status } = object;
  const isOurs = isOwnedBy(metadata.uid);
  switch (kind) {
    case 'Deployment': {
      const current = newestSet(object, replicaSets);
      return current === undefined ? () => false : isOwnedBy(current.metadata.uid);
    }
    // Kubernetes, "StatefulSets": the pod label `controller-revision-hash` names the revision that the pod is of.
    case 'StatefulSet':
      return (pod) => isOurs(pod) && pod.metadata.labels['controller-revision-hash'] === status.updateRevision;
    // pkg/controller/daemon/util: pods carry the template generation that the DaemonSet's annotation tells.
    case 'DaemonSet': {
      const generation = metadata.annotations['deprecated.daemonset.template.generation'];
      return (pod) => isOurs(pod) && pod.metadata.labels['pod-template-generation'] === generation;
    }
  }
}
