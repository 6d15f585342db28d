import { type Instant, seconds } from '../../engine/instant.ts';
import type { Workload } from '../../target/record.ts';
import type { Watched } from '../cluster.ts';
import { oneLine } from './answer.ts';
import { FIELD_MANAGER } from './field-managers.ts';
import type { WorkloadObject } from './workload-object.ts';

type Status = Pick<Watched, 'status' | 'reason' | 'blocked'>;

const waiting = (reason: string): Status => ({ status: 'progressing', reason });
const noPods = (reason: string): Status => ({ ...waiting(reason), blocked: 'no-pods' });
const NOT_SEEN = 'waiting for the cluster to see the change';
const there = (some: number, all: number, how: 'made' | 'ready' | 'available') => `new pods: ${some} of ${all} ${how}`;
const waitingFor = (...counted: Parameters<typeof there>) => `waiting for ${there(...counted)}`;
const waitingForOld = (old: number) => `waiting for ${old} old ${old === 1 ? 'pod' : 'pods'} to end`;

/**
 * How far a rollout is, by kubectl's rule for the kind and in kubectl's order (kubectl/pkg/polymorphichelpers/rollout_status.go), and a
 * few more: a paused one says so, and where no new pod is wanted nothing is shown to work.
 */
export function rolloutStatus(object: WorkloadObject, kind: Workload['kind'] = 'Deployment'): Status {
  switch (kind) {
    case 'Deployment':
      return ofDeployment(object);
    case 'StatefulSet':
      return ofStatefulSet(object);
    case 'DaemonSet':
      return ofDaemonSet(object);
  }
}

/** Why a rollout could not be followed whatever happens; undefined where it can. */
export function cannotRollOut({ metadata, spec }: WorkloadObject, kind: Workload['kind']): string | undefined {
  const { type } = spec.updateStrategy;
  if (kind === 'Deployment' || type === 'RollingUpdate') return undefined;
  return `${kind} ${metadata.name} has the update strategy ${type}: its pods change only when somebody deletes them`;
}

function ofDeployment({ metadata, spec, status }: WorkloadObject): Status {
  const waitingOrPaused = (reason: string): Status =>
    spec.paused
      ? { ...waiting(`${metadata.name} is paused, so nothing moves: ${reason}`), blocked: 'paused' }
      : waiting(reason);

  if (metadata.generation > status.observedGeneration) return waitingOrPaused(NOT_SEEN);
  const progressing = status.conditions.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded' && !isOfBefore(progressing.lastUpdateTime, metadata))
    return { status: 'failed', reason: `${metadata.name} made no progress within its own deadline` };
  if (status.updatedReplicas < spec.replicas)
    return waitingOrPaused(waitingFor(status.updatedReplicas, spec.replicas, 'made'));
  if (status.replicas > status.updatedReplicas)
    return waitingOrPaused(waitingForOld(status.replicas - status.updatedReplicas));
  if (status.availableReplicas < status.updatedReplicas)
    return waitingOrPaused(waitingFor(status.availableReplicas, status.updatedReplicas, 'available'));
  if (spec.replicas === 0) return noPods(`${metadata.name} is scaled to zero, which shows nothing of the new image`);
  return { status: 'complete', reason: there(status.availableReplicas, spec.replicas, 'available') };
}

/**
 * Whether a condition was said before drover's last change. The controller keeps ProgressDeadlineExceeded of a rollout that failed
 * until the one after it has moved (deployment/progress.go, syncRolloutStatus), though it has seen the change: a rollback at once
 * would else be told to have failed by what it rolls back. Both times are of the cluster, in seconds.
 */
function isOfBefore(said: string | undefined, metadata: WorkloadObject['metadata']): boolean {
  const changed = lastChange(metadata);
  return said !== undefined && changed !== undefined && Date.parse(said) <= changed;
}

/** When drover last changed it; milliseconds, undefined where it never did. */
function lastChange({ managedFields }: WorkloadObject['metadata']): number | undefined {
  const changes = managedFields.flatMap(({ manager, time }) =>
    manager === FIELD_MANAGER && time !== undefined ? [Date.parse(time)] : [],
  );
  return changes.length === 0 ? undefined : Math.max(...changes);
}

const MOMENTS = seconds(3);

/**
 * Why the new ReplicaSet is not even made: a quota of ReplicaSets, or admission. The controller then never says that it has seen the
 * change (deployment/sync.go, getNewReplicaSet), and kubectl waits for ever. Times are in seconds, so what is said in the second of a
 * change may be of that before: it then passes within moments.
 */
export function replicaSetRefused({ metadata, status }: WorkloadObject, now: Instant): string | undefined {
  const said = status.conditions.find(({ reason }) => reason === 'ReplicaSetCreateError');
  if (said === undefined || metadata.generation <= status.observedGeneration) return undefined;
  const at = Date.parse(said.lastUpdateTime ?? '');
  return at < (lastChange(metadata) ?? 0) || now - at < MOMENTS
    ? undefined
    : `no new ReplicaSet can be made: ${oneLine(said.message)}`;
}

/** A partition keeps the pods below its ordinal as they are, so the rollout is complete without them. */
function ofStatefulSet(object: WorkloadObject): Status {
  const { metadata, spec, status } = object;
  const hopeless = cannotRollOut(object, 'StatefulSet');
  if (hopeless !== undefined) return { status: 'failed', reason: hopeless };
  if (status.observedGeneration === 0 || metadata.generation > status.observedGeneration) return waiting(NOT_SEEN);
  if (status.readyReplicas < spec.replicas)
    return waiting(`waiting for pods: ${status.readyReplicas} of ${spec.replicas} ready`);
  if (spec.replicas === 0) return noPods(`${metadata.name} is scaled to zero, which shows nothing of the new image`);
  const { rollingUpdate } = spec.updateStrategy;
  if (!rollingUpdate && status.updateRevision !== status.currentRevision)
    return waiting(waitingFor(status.updatedReplicas, spec.replicas, 'made'));
  const partition = rollingUpdate?.partition ?? 0;
  const wanted = spec.replicas - partition;
  if (wanted <= 0)
    return noPods(`the partition ${partition} of ${metadata.name} keeps every pod as it is: nothing new runs`);
  // The API server fills a partition in wherever there are settings (apps/v1/defaults.go); where there is none, kubectl asks no more.
  if (rollingUpdate?.partition != null && status.updatedReplicas < wanted)
    return waiting(waitingFor(status.updatedReplicas, wanted, 'made'));
  const kept = partition > 0 ? `, ${partition} kept by the partition` : '';
  return { status: 'complete', reason: `${there(wanted, spec.replicas, 'ready')}${kept}` };
}

function ofDaemonSet(object: WorkloadObject): Status {
  const { metadata, status } = object;
  const hopeless = cannotRollOut(object, 'DaemonSet');
  if (hopeless !== undefined) return { status: 'failed', reason: hopeless };
  const { desiredNumberScheduled: wanted, updatedNumberScheduled: updated, numberAvailable: available } = status;
  if (metadata.generation > status.observedGeneration) return waiting(NOT_SEEN);
  if (updated < wanted) return waiting(waitingFor(updated, wanted, 'made'));
  if (available < wanted) return waiting(waitingFor(available, wanted, 'available'));
  if (wanted === 0) return noPods(`no node wants a pod of ${metadata.name}, which shows nothing of the new image`);
  return { status: 'complete', reason: there(available, wanted, 'available') };
}
