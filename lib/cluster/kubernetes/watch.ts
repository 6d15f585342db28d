import type { Instant } from '../../engine/instant.ts';
import type { Place, Workload } from '../../target/record.ts';
import type { Watched } from '../cluster.ts';
import { ClusterError } from '../cluster-error.ts';
import { read } from './answer.ts';
import type { KubernetesApi } from './api.ts';
import { type EarlyFailure, earlyFailure, newPods } from './early-failure.ts';
import { logExcerpt } from './log-excerpt.ts';
import { find } from './namespace.ts';
import { rolloutStatus } from './rollout-status.ts';
import { labelSelector, listOf, Pod, ReplicaSet, type WorkloadObject } from './workload-object.ts';

/**
 * One short look at how far the rollout of `image` is. Of several workloads the worst is told: gone or another image, then failed,
 * then progressing. Three calls for each workload (itself, its ReplicaSets, its pods), and one for the log of what crashed.
 */
export async function watch(api: KubernetesApi, place: Place, image: string, now: Instant): Promise<Watched> {
  let slowest: Watched | undefined;
  for (const workload of place.workloads) {
    const watched = await watchOne(api, place, workload, image, now);
    if (watched.image !== image || watched.status === 'failed') return watched;
    if (!slowest || slowest.status === 'complete') slowest = watched;
  }
  return slowest ?? { image: null, status: 'failed', reason: 'there is no workload to watch' };
}

async function watchOne(
  api: KubernetesApi,
  place: Place,
  workload: Workload,
  image: string,
  now: Instant,
): Promise<Watched> {
  const found = await find(api, place, workload);
  if (found.kind === 'refused') throw new ClusterError('forbidden', found.reason, { retryable: false });
  if (found.kind !== 'found') return { image: null, status: 'failed', reason: found.reason };
  if (found.image !== image)
    return {
      image: found.image,
      status: 'progressing',
      reason: `${workload.name} was changed: it is to run ${found.image}`,
    };
  const status = rolloutStatus(found.object);
  if (found.object.metadata.generation > found.object.status.observedGeneration) return { image, ...status };
  const pods = await podsOf(api, place, found.object);
  const failure = earlyFailure(found.object, pods, now);
  if (failure) return { image, status: 'failed', ...(await told(api, place, failure)) };
  if (status.status !== 'failed') return { image, ...status };
  return {
    image,
    status: 'failed',
    ...(await told(api, place, { ...notReady(pods, workload.container), reason: status.reason })),
  };
}

async function podsOf(api: KubernetesApi, { namespace }: Place, object: WorkloadObject): Promise<Pod[]> {
  const query = { labelSelector: labelSelector(object) };
  const [sets, pods] = await Promise.all([
    api({ method: 'GET', path: `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/replicasets`, query }),
    api({ method: 'GET', path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`, query }),
  ]);
  const { items } = read(listOf(ReplicaSet), sets, `listing the ReplicaSets of ${namespace}`);
  return newPods(object, items, read(listOf(Pod), pods, `listing the pods of ${namespace}`).items);
}

/** A pod that runs and is never ready: what it says may tell why. */
function notReady(pods: Pod[], container: string): Pick<EarlyFailure, 'logs'> {
  const pod = pods.find(({ status }) =>
    status.containerStatuses.some(({ name, ready, state }) => name === container && !ready && state.running),
  );
  return pod ? { logs: { pod: pod.metadata.name, container, previous: false } } : {};
}

/** The reason with the last thing that the container said, and the end of its log. That no log can be had is no outage. */
async function told(
  api: KubernetesApi,
  { namespace }: Place,
  { reason, logs }: EarlyFailure,
): Promise<{ reason: string; log?: string[] }> {
  if (!logs) return { reason };
  const query = {
    container: logs.container,
    tailLines: '20',
    limitBytes: '16000',
    ...(logs.previous && { previous: 'true' }),
  };
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(logs.pod)}/log`;
  // Also 5xx: the API server passes on that the node cannot be reached, and the failure is known without.
  const answer = await api({ method: 'GET', path, query }).catch(() => undefined);
  const log = answer?.status === 200 && typeof answer.body === 'string' ? logExcerpt(answer.body) : [];
  const last = log.at(-1);
  return last === undefined ? { reason } : { reason: `${reason}; it last said: ${last}`, log };
}
