import type { Instant } from '../../engine/instant.ts';
import type { Place } from '../../target/record.ts';
import type { RunningPod, Watched } from '../cluster.ts';
import { ClusterError } from '../cluster-error.ts';
import type { KubernetesApi } from './api.ts';
import { brokenPod } from './broken-pod.ts';
import type { EarlyFailure } from './container-failure.ts';
import { earlyFailure } from './early-failure.ts';
import { withLastWords } from './last-words.ts';
import { byWorkload, containersOf, find, type Grouped } from './namespace.ts';
import { newestSet } from './new-pods.ts';
import { eventsOf, slowness, slowPod, withEvents } from './pod-events.ts';
import type { Pod } from './pod-object.ts';
import { isLeaving, podsOf } from './pods-of.ts';
import { refusedPods } from './refused-pods.ts';
import { replicaSetRefused, rolloutStatus } from './rollout-status.ts';

/**
 * One short look at how far the rollout of `image` is. Of several workloads the worst is told: gone or another image, then failed,
 * then progressing. Three calls for a Deployment (itself, its ReplicaSets, its pods), two once it is complete and for other kinds. One
 * more for the events of a pod that is slow or crashed, one for the log of what crashed, and one for events where a kind that says so
 * nowhere else has fewer pods than it wants.
 */
export async function watch(api: KubernetesApi, place: Place, image: string, now: Instant): Promise<Watched> {
  let slowest: Watched | undefined;
  let restarts = 0;
  const pods: RunningPod[] = [];
  for (const workload of byWorkload(place)) {
    const { watched, running } = await watchOne(api, place, workload, image, now);
    if (watched.image !== image || watched.status === 'failed') return watched;
    if (!slowest || slowest.status === 'complete') slowest = watched;
    restarts += running.reduce((sum, pod) => sum + pod.restarts, 0);
    pods.push(...running);
  }
  if (slowest === undefined) return { image: null, status: 'failed', reason: 'there is no workload to watch' };
  if (slowest.status !== 'complete') return { ...slowest, restarts };
  return { ...slowest, restarts, pods: { count: pods.length, first: pods.slice(0, PODS_TOLD) } };
}

/** A record must stay small, however many pods there are. */
const PODS_TOLD = 20;

async function watchOne(
  api: KubernetesApi,
  place: Place,
  workload: Grouped,
  image: string,
  now: Instant,
): Promise<{ watched: Watched; running: RunningPod[] }> {
  const only = (watched: Watched) => ({ watched, running: [] });
  const found = await find(api, place, workload);
  if (found.kind === 'refused') throw new ClusterError('forbidden', found.reason, { retryable: false });
  if (found.kind !== 'found') return only({ image: null, status: 'failed', reason: found.reason });
  const { object } = found;
  const { kind, container } = workload;
  const other = found.images.find((one) => one !== image);
  if (other !== undefined)
    return only({
      image: other,
      status: 'progressing',
      reason: `${workload.name} was changed: it is to run ${other}`,
    });
  const status = rolloutStatus(object, kind);
  if (object.metadata.generation > object.status.observedGeneration) {
    const refused = kind === 'Deployment' ? replicaSetRefused(object, now) : undefined;
    return only({ image, ...(refused === undefined ? status : { status: 'failed', reason: refused }) });
  }
  const { sets, all, pods } = await podsOf(api, place, object, { kind, isComplete: status.status === 'complete' });
  const { conditions } =
    kind === 'Deployment' ? (newestSet(object, sets)?.status ?? { conditions: [] }) : object.status;
  const around = { conditions, leaving: isLeaving(object, sets, all) };
  const early = earlyFailure(object, pods, now, around) ?? (await refusedPods(api, place, object, kind, now));
  const { failure, waits } = await withWhy(api, place, pods, { failure: early, status: status.status }, now);
  if (failure) return only({ image, status: 'failed', ...(await withLastWords(api, place, failure)) });
  if (status.status === 'failed') {
    const reason = waits === undefined ? status.reason : `${status.reason}; ${waits}`;
    return only({
      image,
      status: 'failed',
      ...(await withLastWords(api, place, { ...notReady(pods, container), reason })),
    });
  }
  const broken = status.status === 'progressing' ? brokenPod(object, all, kind, place.namespace, now) : undefined;
  const reason = broken ?? (waits === undefined ? status.reason : `${status.reason}: ${waits}`);
  const watched = { image, ...status, reason, ...(broken && { blocked: 'broken-pod' as const }) };
  return { watched, running: pods.map((pod) => runningPod(pod, containersOf(workload), image)) };
}

/** What the events of the pod in question add: they are asked for only where one failed in a way that they tell of, or is slow. */
async function withWhy(
  api: KubernetesApi,
  place: Place,
  pods: Pod[],
  { failure, status }: { failure: EarlyFailure | undefined; status: Watched['status'] },
  now: Instant,
): Promise<{ failure?: EarlyFailure | undefined; waits?: string }> {
  if (failure?.pod !== undefined) {
    const events = await eventsOf(api, place, failure.pod);
    const holds = withEvents(failure, events);
    return holds === undefined ? { waits: 'a node is on its way' } : { failure: holds };
  }
  if (failure !== undefined || status === 'complete') return { failure };
  const slow = slowPod(pods, now, ...(status === 'failed' ? [0] : []));
  if (slow === undefined) return {};
  const why = slowness(slow, await eventsOf(api, place, slow.metadata.name), now);
  return why === undefined ? {} : 'waits' in why ? why : { failure: why };
}

/** A pod of the new template, with the digest that its node says it runs. */
function runningPod({ metadata, status }: Pod, containers: string[], image: string): RunningPod {
  const own = status.containerStatuses.filter(({ name }) => containers.includes(name));
  const since = Date.parse(status.startTime ?? '');
  const digest = image.split('@')[1];
  return {
    name: metadata.name,
    isImage: digest !== undefined && own.length > 0 && own.every(({ imageID }) => imageID.endsWith(digest)),
    restarts: status.containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ...(Number.isNaN(since) ? {} : { since }),
  };
}

/** A pod that runs and is never ready: what it says may tell why. */
function notReady(pods: Pod[], container: string): Pick<EarlyFailure, 'logs'> {
  const pod = pods.find(({ status }) =>
    status.containerStatuses.some(({ name, ready, state }) => name === container && !ready && state.running),
  );
  return pod ? { logs: { pod: pod.metadata.name, container, previous: false } } : {};
}
