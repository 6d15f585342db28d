import { type Instant, minutes } from '../../engine/instant.ts';
import { oneLine } from './answer.ts';
import type { ContainerStatus } from './pod-object.ts';

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
/** What is not long ago, in milliseconds. */
export const LATELY = minutes(5);

/** Why a container can never run. `lasts`: its pod has been given time. */
export function containerFailure(
  pod: string,
  status: ContainerStatus,
  lasts: boolean,
  now: Instant,
): EarlyFailure | undefined {
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
export function howItEnded(ended: Ended): string {
  if (ended === undefined) return '';
  const { exitCode, signal, reason, message } = ended;
  const more = ['Error', 'Completed', ''].includes(reason) ? '' : `, ${reason}`;
  const words = reason === 'StartError' || reason === 'ContainerCannotRun' ? `: ${oneLine(message, 300)}` : '';
  return ` (${signal ? `signal ${signal}` : `exit code ${exitCode}`}${more}${words})`;
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

/** Whether a moment is at least so long ago; of one that is not known it is not. */
export function older(since: string | undefined, than: number, now: Instant): boolean {
  return since !== undefined && now - Date.parse(since) >= than;
}
