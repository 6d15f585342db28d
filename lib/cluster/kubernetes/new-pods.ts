import type { Workload } from '../../target/record.ts';
import type { Pod, ReplicaSet, WorkloadObject } from './workload-object.ts';

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

const isOwnedBy =
  (owner: string) =>
  ({ metadata }: Pod | ReplicaSet): boolean =>
    metadata.ownerReferences.some(({ uid }) => uid === owner);

/** Each kind marks the pods of its present template in its own way. */
function ofPresentTemplate(
  { metadata, status }: WorkloadObject,
  replicaSets: ReplicaSet[],
  kind: Workload['kind'],
): (pod: Pod) => boolean {
  const isOurs = isOwnedBy(metadata.uid);
  switch (kind) {
    case 'Deployment': {
      const revision = 'deployment.kubernetes.io/revision';
      const current = replicaSets.find(
        (set) => isOurs(set) && set.metadata.annotations[revision] === metadata.annotations[revision],
      );
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
