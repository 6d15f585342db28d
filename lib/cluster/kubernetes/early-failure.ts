import { type Instant, minutes } from '../../engine/instant.ts';
import { oneLine } from './answer.ts';
import type { Condition, ContainerStatus, Pod, WorkloadObject } from './workload-object.ts';

/**
 * Why a rollout cannot succeed, known before its deadline. `logs`: whose last lines tell more; `pod`: whose events do; `noNode`: it is
 * over as soon as a node comes.
 */
export type EarlyFailure = {
  reason: string;
  logs?: { pod: string; container: string; previous: boolean };
  pod?: string;
  noNode?: true;
};

/** Restarts of one container that count as a crash loop even while it happens to run, if the last is not long ago: an old pod has old ones. */
const RESTARTS = 3;
const LATELY = minutes(5);
/** A registry that stumbles, a node that is on its way, a quota that an old pod still fills: these get this long. */
const PATIENCE = minutes(1);
const NODE_PATIENCE = minutes(2);
/** Pods that their node gave up (evicted, not admitted) are made anew; so many of them are no accident. */
const GIVEN_UP = 3;

/**
 * What the ReplicaSet of the present template says of itself, where it was asked (a Deployment repeats what its older ones say too,
 * such as that of a release that is being rolled back: deployment/sync.go), and whether old pods are still on their way out.
 */
export type Around = { conditions?: Condition[]; leaving?: boolean };

/** The first thing that says that the rollout cannot succeed: of the Deployment itself, then of the new pods; else undefined. */
export function earlyFailure(
  object: WorkloadObject,
  pods: Pod[],
  now: Instant,
  { conditions = object.status.conditions, leaving = false }: Around = {},
): EarlyFailure | undefined {
  const refused = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  if (refused && isFinal(refused, leaving, now))
    return { reason: `new pods are refused: ${oneLine(refused.message || refused.reason)}` };
  for (const pod of pods) {
    const failure = ofPod(pod, now);
    if (failure) return failure;
  }
  return givenUp(pods, now);
}

/** What quota and admission refuse. Other failures to make a pod (a webhook that is not reached) pass, or last. */
export const REFUSAL = /forbidden|denied|is invalid/i;
const QUOTA = /exceeded quota/i;

function isFinal({ message, lastTransitionTime }: Condition, leaving: boolean, now: Instant): boolean {
  const lasts = lastTransitionTime === undefined || older(lastTransitionTime, PATIENCE, now);
  if (QUOTA.test(message)) return lasts && !leaving;
  return lasts || REFUSAL.test(message);
}

function ofPod(pod: Pod, now: Instant): EarlyFailure | undefined {
  const { name } = pod.metadata;
  if (pod.status.phase === 'Failed') return pod.status.reason === '' ? endedForGood(pod) : undefined;
  const scheduled = pod.status.conditions.find(({ type }) => type === 'PodScheduled');
  if (
    scheduled?.status === 'False' &&
    scheduled.reason === 'Unschedulable' &&
    older(scheduled.lastTransitionTime, NODE_PATIENCE, now)
  )
    return { reason: `no node takes the new pod: ${oneLine(scheduled.message)}`, pod: name, noNode: true };
  const lasts = older(pod.status.startTime ?? pod.metadata.creationTimestamp, PATIENCE, now);
  for (const container of pod.status.initContainerStatuses) {
    // One that stumbled until what it waits for was there has done its work.
    if (container.state.terminated?.exitCode === 0 || container.ready) continue;
    const failure = ofContainer(name, container, lasts, now);
    if (failure) return failure;
  }
  for (const container of pod.status.containerStatuses) {
    const failure = ofContainer(name, container, lasts, now);
    if (failure) return failure;
  }
  return undefined;
}

function ofContainer(pod: string, status: ContainerStatus, lasts: boolean, now: Instant): EarlyFailure | undefined {
  const { name, state, restartCount } = status;
  const { reason = '', message = '' } = state.waiting ?? {};
  const ended = state.terminated ?? status.lastState.terminated;
  const why = oneLine(message || reason);
  if (PULLING.has(reason))
    return lasts || PULL_IS_HOPELESS.test(message)
      ? { reason: `the image of ${name} cannot be pulled: ${why}` }
      : undefined;
  if (HOPELESS.has(reason)) return { reason: `container ${name} cannot be made: ${why}` };
  if (MAKING.has(reason))
    return lasts || MAKING_IS_HOPELESS.test(message)
      ? { reason: `container ${name} cannot be made: ${why}` }
      : undefined;
  const crashes = restartCount >= RESTARTS && !older(ended?.finishedAt, LATELY, now);
  // The kubelet starts it again at once the first time, so one that ended twice waits next; of an init container it never says so.
  const endedAgain = restartCount > 0 && isSoonAfter(state.terminated, status.lastState.terminated);
  if (reason !== 'CrashLoopBackOff' && !crashes && !endedAgain) return undefined;
  const times = `${restartCount} ${restartCount === 1 ? 'restart' : 'restarts'}`;
  return {
    reason: `container ${name} keeps ${ended?.exitCode === 0 ? 'ending' : 'crashing'}${howItEnded(ended)}, ${times}`,
    logs: { pod, container: name, previous: !state.terminated },
    pod,
  };
}

type Ended = ContainerStatus['lastState']['terminated'];

/** A pod that has lived for weeks may end once more; only two ends close together are a loop. */
function isSoonAfter(ended: Ended, before: Ended): boolean {
  if (ended === undefined || before === undefined) return false;
  return Date.parse(ended.finishedAt ?? '') - Date.parse(before.finishedAt ?? '') < LATELY;
}

/** `StartError` has the runtime's own words, which no log has: the program is not there, or is for another processor. */
function howItEnded(ended: Ended): string {
  if (ended === undefined) return '';
  const { exitCode, signal, reason, message } = ended;
  const more = ['Error', 'Completed', ''].includes(reason) ? '' : `, ${reason}`;
  const words = reason === 'StartError' || reason === 'ContainerCannotRun' ? `: ${oneLine(message, 300)}` : '';
  return ` (${signal ? `signal ${signal}` : `exit code ${exitCode}`}${more}${words})`;
}

/** A pod whose containers are not started again ended by itself. */
function endedForGood({ metadata, status }: Pod): EarlyFailure {
  const ended = [...status.initContainerStatuses, ...status.containerStatuses].find(
    ({ state }) => state.terminated !== undefined && state.terminated.exitCode !== 0,
  );
  if (ended === undefined) return { reason: `pod ${metadata.name} failed: ${oneLine(status.message || 'no reason')}` };
  return {
    reason: `container ${ended.name} failed${howItEnded(ended.state.terminated)}`,
    logs: { pod: metadata.name, container: ended.name, previous: false },
  };
}

function givenUp(pods: Pod[], now: Instant): EarlyFailure | undefined {
  const lost = pods.filter(
    ({ status, metadata }) =>
      status.phase === 'Failed' && !older(status.startTime ?? metadata.creationTimestamp, LATELY, now),
  );
  const [first] = lost;
  if (first === undefined || lost.length < GIVEN_UP) return undefined;
  const { reason, message } = first.status;
  return { reason: `the nodes gave up ${lost.length} new pods (${reason}): ${oneLine(message)}` };
}

/** Waiting reasons of the kubelet about images (kubelet/images/types.go, kubelet/container, CRI errors). */
const PULLING = new Set(['ErrImagePull', 'ImagePullBackOff', 'RegistryUnavailable', 'ImageInspectError']);
/** The registry answered, and its answer will be the same next time. Wording of containerd and of the kubelet. */
const PULL_IS_HOPELESS =
  /not ?found|manifest unknown|name unknown|unauthorized|forbidden|denied|no match for platform|InvalidImageName/i;
/** Waiting reasons that no further try mends. */
const HOPELESS = new Set(['InvalidImageName', 'ErrImageNeverPull', 'SignatureValidationFailed']);
/** Waiting reasons that may pass (kubelet/container/sync_result.go, kuberuntime): a busy node, a Secret that it has not read yet. */
const MAKING = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PreCreateHookError',
  'PreStartHookError',
  'PostStartHookError',
]);
const MAKING_IS_HOPELESS =
  /not found|couldn't find key|non-numeric user|run as root|runAsNonRoot|no such file|permission denied|exec format|no command specified|invalid/i;

function older(since: string | undefined, than: number, now: Instant): boolean {
  return since !== undefined && now - Date.parse(since) >= than;
}
