import { type Instant, minutes } from '../../engine/instant.ts';
import { oneLine } from './answer.ts';
import { containerFailure, type EarlyFailure, howItEnded, LATELY, older } from './container-failure.ts';
import type { Condition } from './object-parts.ts';
import type { Pod } from './pod-object.ts';
import type { WorkloadObject } from './workload-object.ts';

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
    const failure = containerFailure(name, container, lasts, now);
    if (failure) return failure;
  }
  for (const container of pod.status.containerStatuses) {
    const failure = containerFailure(name, container, lasts, now);
    if (failure) return failure;
  }
  return undefined;
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
