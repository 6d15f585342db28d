import { type Instant, minutes } from '../../engine/instant.ts';
import type { Place, Workload } from '../../target/record.ts';
import { oneLine } from './answer.ts';
import type { KubernetesApi } from './api.ts';
import type { EarlyFailure } from './container-failure.ts';
import { REFUSAL } from './early-failure.ts';
import { listOf } from './object-parts.ts';
import { Event } from './pod-object.ts';
import type { WorkloadObject } from './workload-object.ts';

/** The controllers try again at least this often, so an older refusal is over. */
const RECENT = minutes(2);

/**
 * Why the pods of a StatefulSet or DaemonSet are not made: quota and admission are told by events alone (a Deployment has a condition
 * for it). Asked only where there are fewer pods than wanted; that events cannot be had is no outage.
 */
export async function refusedPods(
  api: KubernetesApi,
  { namespace }: Place,
  { metadata, spec, status }: WorkloadObject,
  kind: Workload['kind'],
  now: Instant,
): Promise<EarlyFailure | undefined> {
  const tooFew =
    kind === 'StatefulSet'
      ? status.replicas < spec.replicas
      : status.currentNumberScheduled < status.desiredNumberScheduled;
  if (kind === 'Deployment' || !tooFew) return undefined;
  const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${metadata.name},reason=FailedCreate`;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
  const answer = await api({ method: 'GET', path, query: { fieldSelector } }).catch(() => undefined);
  const listed = answer?.status === 200 ? listOf(Event).safeParse(answer.body) : undefined;
  // Other failures to make a pod (its predecessor ends still) pass.
  const recent = listed?.data?.items.findLast(({ message, lastTimestamp, eventTime }) => {
    const at = Date.parse(lastTimestamp ?? eventTime ?? '');
    return now - at < RECENT && REFUSAL.test(message);
  });
  return recent && { reason: `new pods are refused: ${oneLine(recent.message)}` };
}
