// Longer than others: the deployment controller is one step over one Deployment, and its parts have no other user.
import { createHash, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Condition, Deployment, ReplicaSet } from './objects.ts';
import { rollingUpdate, type SetCounts } from './rolling-update.ts';
import { keyOf, type RunningPod, type State } from './state.ts';

const REVISION = 'deployment.kubernetes.io/revision';

/** The pods of a ReplicaSet that are not on their way out. */
export function podsOf(state: State, { metadata }: ReplicaSet): RunningPod[] {
  return [...state.pods.values()].filter(({ owner, pod }) => owner.metadata.uid === metadata.uid && !pod.terminating);
}

/** The ReplicaSets of a Deployment, oldest first. */
export function setsOf(state: State, { metadata }: Deployment): ReplicaSet[] {
  return [...state.replicaSets.values()]
    .filter(({ metadata: { ownerReferences } }) => ownerReferences?.some(({ uid }) => uid === metadata.uid))
    .sort((a, b) => revisionOf(a) - revisionOf(b));
}

/**
 * One step of the deployment controller: makes the ReplicaSet of the present template, says how many pods each shall have, and writes the
 * status. Returns when it wants to be called again though nothing changed (milliseconds from now), or undefined.
 */
export function reconcileDeployment(state: State, deployment: Deployment, now: number): number | undefined {
  const { spec, metadata } = deployment;
  const newest = newestSet(state, deployment, now);
  const sets = setsOf(state, deployment);
  const old = sets.filter((set) => set !== newest);
  const counts = (set: ReplicaSet): SetCounts => {
    const pods = podsOf(state, set);
    return {
      replicas: set.spec.replicas,
      pods: [...state.pods.values()].filter(({ owner }) => owner.metadata.uid === set.metadata.uid).length,
      available: pods.filter((pod) => isAvailable(pod, spec.minReadySeconds, now)).length,
    };
  };
  if (newest && !spec.paused) {
    const next = rollingUpdate(spec, counts(newest), old.map(counts));
    scale(state, newest, next.newest);
    for (const [index, set] of old.entries()) scale(state, set, next.old[index] ?? set.spec.replicas);
    const idle = old.filter((set) => set.spec.replicas === 0 && podsOf(state, set).length === 0);
    for (const set of idle.slice(0, Math.max(0, idle.length - spec.revisionHistoryLimit)))
      state.replicaSets.delete(keyOf(set.metadata.namespace, set.metadata.name));
  } else if (newest && old.every((set) => set.spec.replicas === 0)) scale(state, newest, spec.replicas);

  const total = (of: (pod: RunningPod) => boolean, among = sets) =>
    among.flatMap((set) => podsOf(state, set)).filter(of).length;
  const available = (pod: RunningPod) => isAvailable(pod, spec.minReadySeconds, now);
  const numbers = {
    replicas: total(() => true),
    updatedReplicas: newest ? total(() => true, [newest]) : 0,
    readyReplicas: total(({ pod }) => pod.ready()),
    availableReplicas: total(available),
    unavailableReplicas: Math.max(0, spec.replicas - total(available)),
  };
  const newAvailable = newest ? total(available, [newest]) : 0;
  const progress = progressing(deployment, numbers, newAvailable, newest, now);
  const enough =
    numbers.availableReplicas >=
    spec.replicas - (spec.strategy.type === 'Recreate' ? 0 : unavailableAllowed(deployment));
  const status = {
    observedGeneration: metadata.generation ?? 1,
    ...numbers,
    conditions: [
      condition(
        deployment,
        'Available',
        enough,
        enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
        enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
        now,
      ),
      progress,
    ],
  };
  if (!isDeepStrictEqual(status, deployment.status)) {
    deployment.status = status;
    metadata.resourceVersion = state.nextVersion();
  }
  const settling = sets.flatMap((set) => podsOf(state, set)).some((pod) => pod.pod.ready() && !available(pod));
  const deadline =
    progress.reason === 'ReplicaSetUpdated' || progress.reason === 'NewReplicaSetCreated'
      ? Date.parse(progress.lastUpdateTime) + spec.progressDeadlineSeconds * 1_000 - now
      : undefined;
  return settling ? 200 : deadline === undefined ? undefined : Math.max(50, deadline + 5);
}

function newestSet(state: State, deployment: Deployment, now: number): ReplicaSet | undefined {
  const { spec, metadata } = deployment;
  const sets = setsOf(state, deployment);
  const hash = createHash('sha256')
    .update(JSON.stringify(sorted(spec.template)))
    .digest('hex')
    .slice(0, 10);
  const known = sets.find((set) => set.metadata.labels?.['pod-template-hash'] === hash);
  const top = Math.max(0, ...sets.map(revisionOf));
  if (!known && spec.paused) return undefined;
  const set = known ?? newSet(state, deployment, hash, now);
  if (revisionOf(set) < top || revisionOf(set) === 0)
    set.metadata.annotations = { ...set.metadata.annotations, [REVISION]: String(top + 1) };
  const revision = String(revisionOf(set));
  if (metadata.annotations?.[REVISION] !== revision) {
    metadata.annotations = { ...metadata.annotations, [REVISION]: revision };
    metadata.generation = (metadata.generation ?? 1) + 1;
    metadata.resourceVersion = state.nextVersion();
  }
  return set;
}

function newSet(state: State, { metadata, spec }: Deployment, hash: string, now: number): ReplicaSet {
  const labels = { ...spec.template.metadata.labels, 'pod-template-hash': hash };
  const set: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace,
      uid: randomUUID(),
      resourceVersion: state.nextVersion(),
      generation: 1,
      creationTimestamp: stamp(now),
      labels,
      annotations: {},
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name, uid: metadata.uid, controller: true },
      ],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: { ...spec.selector.matchLabels, 'pod-template-hash': hash } },
      template: structuredClone({ ...spec.template, metadata: { ...spec.template.metadata, labels } }),
    },
    status: { replicas: 0, readyReplicas: 0, availableReplicas: 0, observedGeneration: 1 },
  };
  state.replicaSets.set(keyOf(metadata.namespace, set.metadata.name), set);
  return set;
}

function progressing(
  deployment: Deployment,
  numbers: Omit<Deployment['status'], 'observedGeneration' | 'conditions'>,
  newAvailable: number,
  newest: ReplicaSet | undefined,
  now: number,
): Condition {
  const { spec, status } = deployment;
  const before = status.conditions.find(({ type }) => type === 'Progressing');
  const name = newest?.metadata.name ?? '';
  const complete =
    numbers.updatedReplicas === spec.replicas &&
    numbers.replicas === spec.replicas &&
    numbers.availableReplicas >= spec.replicas;
  if (complete)
    return condition(
      deployment,
      'Progressing',
      true,
      'NewReplicaSetAvailable',
      `ReplicaSet "${name}" has successfully progressed.`,
      now,
    );
  const sameSet = before?.message.includes(`"${name}"`) === true;
  // Once it has got there, later trouble is not a rollout that does not progress. Source: deployment controller, progress.go.
  if (before && sameSet && before.reason === 'NewReplicaSetAvailable') return before;
  const moved =
    !before ||
    !sameSet ||
    numbers.updatedReplicas > status.updatedReplicas ||
    (newAvailable > 0 && numbers.availableReplicas > status.availableReplicas) ||
    numbers.replicas - numbers.updatedReplicas < status.replicas - status.updatedReplicas;
  if (moved)
    return {
      ...condition(
        deployment,
        'Progressing',
        true,
        before && sameSet ? 'ReplicaSetUpdated' : 'NewReplicaSetCreated',
        `ReplicaSet "${name}" is progressing.`,
        now,
      ),
      lastUpdateTime: new Date(now).toISOString(),
    };
  const late = !spec.paused && now - Date.parse(before.lastUpdateTime) > spec.progressDeadlineSeconds * 1_000;
  return late
    ? condition(
        deployment,
        'Progressing',
        false,
        'ProgressDeadlineExceeded',
        `ReplicaSet "${name}" has timed out progressing.`,
        now,
      )
    : before;
}

function condition(
  { status }: Deployment,
  type: string,
  value: boolean,
  reason: string,
  message: string,
  now: number,
): Condition {
  const before = status.conditions.find((one) => one.type === type);
  const wanted = value ? ('True' as const) : ('False' as const);
  if (before && before.status === wanted && before.reason === reason && before.message === message) return before;
  return {
    type,
    status: wanted,
    reason,
    message,
    lastUpdateTime: stamp(now),
    lastTransitionTime: before && before.status === wanted ? before.lastTransitionTime : stamp(now),
  };
}

function scale(state: State, set: ReplicaSet, replicas: number): void {
  if (set.spec.replicas === replicas) return;
  set.spec.replicas = replicas;
  set.metadata.generation = (set.metadata.generation ?? 1) + 1;
  set.metadata.resourceVersion = state.nextVersion();
}

function unavailableAllowed({ spec }: Deployment): number {
  const { maxUnavailable } = spec.strategy.rollingUpdate;
  return typeof maxUnavailable === 'number'
    ? maxUnavailable
    : Math.floor((Number(maxUnavailable.slice(0, -1)) * spec.replicas) / 100);
}

const isAvailable = ({ pod }: RunningPod, minReadySeconds: number, now: number): boolean =>
  pod.ready() && pod.readySince !== undefined && now - pod.readySince >= minReadySeconds * 1_000;
const revisionOf = ({ metadata }: ReplicaSet): number => Number(metadata.annotations?.[REVISION] ?? 0);

/** A time as Kubernetes writes it: whole seconds. */
export const stamp = (now: number): string => new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');

/** The same value whatever the order of its keys, so that a template that is only written otherwise is the same template. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => [key, sorted(field)]),
  );
}
