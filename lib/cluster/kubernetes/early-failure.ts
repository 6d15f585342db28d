import { type Instant, minutes } from '../../engine/instant.ts';
import { oneLine } from './answer.ts';
import type { ContainerStatus, Pod, WorkloadObject } from './workload-object.ts';

/** Why a rollout cannot succeed, known before its deadline. `logs`: whose last lines tell more. */
export type EarlyFailure = { reason: string; logs?: { pod: string; container: string; previous: boolean } };

/** Restarts of one container that count as a crash loop even while it happens to run, if the last is not long ago: an old pod has old ones. */
const RESTARTS = 3;
const LATELY = minutes(5);
/** A registry that stumbles, or a node that is on its way, gets this long. */
const PATIENCE = minutes(1);
const NODE_PATIENCE = minutes(2);

/** The first thing that says that the rollout cannot succeed: of the Deployment itself, then of the new pods; else undefined. */
export function earlyFailure(object: WorkloadObject, pods: Pod[], now: Instant): EarlyFailure | undefined {
  const refused = object.status.conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  if (refused) return { reason: `new pods are refused: ${oneLine(refused.message || refused.reason)}` };
  for (const pod of pods) {
    const failure = ofPod(pod, now);
    if (failure) return failure;
  }
  return undefined;
}

function ofPod(pod: Pod, now: Instant): EarlyFailure | undefined {
  const scheduled = pod.status.conditions.find(({ type }) => type === 'PodScheduled');
  if (
    scheduled?.status === 'False' &&
    scheduled.reason === 'Unschedulable' &&
    older(scheduled.lastTransitionTime, NODE_PATIENCE, now)
  )
    return { reason: `no node takes the new pod: ${oneLine(scheduled.message)}` };
  const age = pod.status.startTime ?? pod.metadata.creationTimestamp;
  for (const container of [...pod.status.initContainerStatuses, ...pod.status.containerStatuses]) {
    const failure = ofContainer(pod.metadata.name, container, older(age, PATIENCE, now), now);
    if (failure) return failure;
  }
  return undefined;
}

function ofContainer(pod: string, status: ContainerStatus, patient: boolean, now: Instant): EarlyFailure | undefined {
  const { name, state, restartCount } = status;
  const { reason = '', message = '' } = state.waiting ?? {};
  const ended = state.terminated ?? status.lastState.terminated;
  if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff')
    return patient || PULL_IS_HOPELESS.test(message)
      ? { reason: `the image of ${name} cannot be pulled: ${oneLine(message || reason)}` }
      : undefined;
  if (HOPELESS.has(reason)) return { reason: `container ${name} cannot be made: ${oneLine(message || reason)}` };
  if (reason === 'CrashLoopBackOff' || (restartCount >= RESTARTS && !older(ended?.finishedAt, LATELY, now))) {
    const how = ended
      ? ` (${ended.signal ? `signal ${ended.signal}` : `exit code ${ended.exitCode}`}${ended.reason && ended.reason !== 'Error' ? `, ${ended.reason}` : ''})`
      : '';
    return {
      reason: `container ${name} keeps crashing${how}, ${restartCount} ${restartCount === 1 ? 'restart' : 'restarts'}`,
      logs: { pod, container: name, previous: !state.terminated },
    };
  }
  return undefined;
}

/** The registry answered, and its answer will be the same next time. Wording of containerd and of the kubelet. */
const PULL_IS_HOPELESS =
  /not ?found|manifest unknown|name unknown|unauthorized|forbidden|denied|no match for platform|InvalidImageName/i;
/** Waiting reasons of the kubelet that no further try mends (kubelet/container/sync_result.go, kuberuntime). */
const HOPELESS = new Set([
  'CreateContainerConfigError',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerError',
  'RunContainerError',
]);

function older(since: string | undefined, than: number, now: Instant): boolean {
  return since !== undefined && now - Date.parse(since) >= than;
}
