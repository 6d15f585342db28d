import type { Instant } from '../../engine/instant.ts';
import type { Workload } from '../../target/record.ts';
import { earlyFailure } from './early-failure.ts';
import { isOwnedBy } from './new-pods.ts';
import type { Pod } from './pod-object.ts';
import type { WorkloadObject } from './workload-object.ts';

/**
 * A broken pod that keeps a StatefulSet from going on, or back: its controller, which starts one pod after the other, waits for it to
 * be ready whatever the template says since, and drover may not delete pods. Source: Kubernetes, "StatefulSets", "Forced rollback".
 * Returns what a person has to do, in one line; undefined where there is none.
 */
export function brokenPod(
  object: WorkloadObject,
  pods: Pod[],
  kind: Workload['kind'],
  namespace: string,
  now: Instant,
): string | undefined {
  const { metadata, spec, status } = object;
  if (kind !== 'StatefulSet' || spec.podManagementPolicy !== 'OrderedReady') return undefined;
  for (const pod of pods) {
    const isBefore = pod.metadata.labels['controller-revision-hash'] !== status.updateRevision;
    if (!isBefore || pod.metadata.deletionTimestamp || !isOwnedBy(metadata.uid)(pod)) continue;
    const failure = earlyFailure(object, [pod], now);
    if (failure === undefined) continue;
    const { name } = pod.metadata;
    return `pod ${name} of before is broken, and is replaced only once somebody deletes it (kubectl delete pod ${name} -n ${namespace}): ${failure.reason}`;
  }
  return undefined;
}
