import { type Instant, minutes, seconds } from '../../engine/instant.ts';
import type { Place } from '../../target/record.ts';
import { oneLine } from './answer.ts';
import type { KubernetesApi } from './api.ts';
import type { EarlyFailure } from './container-failure.ts';
import { listOf } from './object-parts.ts';
import { Event, type Pod } from './pod-object.ts';

/** A pod that is neither ready nor broken for so long is asked why: most start within it, and then no call is made. */
const SLOW = seconds(15);
/** A Secret or a volume that is on its way gets this long. */
const PATIENCE = minutes(1);

/** The new pod whose events may tell what its rollout waits for; undefined where all are ready, or are only starting. */
export function slowPod(pods: Pod[], now: Instant, slow = SLOW): Pod | undefined {
  return pods.find(
    ({ metadata, status }) =>
      status.phase !== 'Failed' &&
      !status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True') &&
      now - Date.parse(status.startTime ?? metadata.creationTimestamp ?? '') >= slow,
  );
}

/** What Kubernetes has noted about a pod, oldest first. One call; that there is no answer is no outage. */
export async function eventsOf(api: KubernetesApi, { namespace }: Place, pod: string): Promise<Event[]> {
  const fieldSelector = `involvedObject.kind=Pod,involvedObject.name=${pod}`;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
  const answer = await api({ method: 'GET', path, query: { fieldSelector } }).catch(() => undefined);
  const listed = answer?.status === 200 ? listOf(Event).safeParse(answer.body) : undefined;
  return (listed?.data?.items ?? []).toSorted((a, b) => timeOf(a) - timeOf(b));
}

/** Of a failure that is known: whether it holds, and what its pod's events add to it. */
export function withEvents(failure: EarlyFailure, events: Event[]): EarlyFailure | undefined {
  if (failure.noNode) return events.some(({ reason }) => COMES.has(reason)) ? undefined : failure;
  const why = last(events, ({ type, reason, message }) => type === 'Warning' && isOfCrash(reason, message));
  return why === undefined ? failure : { ...failure, reason: `${failure.reason}; ${said(why)}` };
}

/** Of a pod that is slow: a failure where its events tell one, or what it waits for, in a few words. */
export function slowness(pod: Pod, events: Event[], now: Instant): EarlyFailure | { waits: string } | undefined {
  const noNode = pod.status.conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (noNode !== undefined) {
    const coming = last(events, ({ reason }) => COMES.has(reason));
    return {
      waits: coming === undefined ? `no node takes it: ${oneLine(noNode.message, 200)}` : 'a node is on its way',
    };
  }
  const warning = last(events, ({ type, reason }) => type === 'Warning' && TELLING.test(reason));
  if (warning === undefined) return undefined;
  const started = Date.parse(pod.status.startTime ?? pod.metadata.creationTimestamp ?? '');
  if (
    /^Failed(Mount|AttachVolume)$/.test(warning.reason) &&
    /not found/.test(warning.message) &&
    now - started >= PATIENCE
  )
    return { reason: `a volume of the new pod cannot be had: ${said(warning)}` };
  return { waits: said(warning) };
}

/** A node is being made for it. Source: cluster-autoscaler's and Karpenter's events on pods. */
const COMES = new Set(['TriggeredScaleUp', 'Nominated']);
/** Source: kubelet/events/event.go, and the scheduler's and volume controllers' own. */
const TELLING =
  /^(Unhealthy|ProbeWarning|FailedMount|FailedAttachVolume|FailedMapVolume|FailedCreatePodSandBox|NetworkNotReady|FailedPostStartHook)$/;

const isOfCrash = (reason: string, message: string): boolean =>
  reason === 'FailedPostStartHook' || (reason === 'Unhealthy' && /^(Liveness|Startup) probe/.test(message));

const said = ({ message, reason }: Event): string => oneLine(message || reason, 200);

const last = (events: Event[], is: (event: Event) => boolean): Event | undefined => events.findLast(is);

function timeOf({ lastTimestamp, eventTime }: Event): number {
  const at = Date.parse(lastTimestamp ?? eventTime ?? '');
  return Number.isNaN(at) ? 0 : at;
}
