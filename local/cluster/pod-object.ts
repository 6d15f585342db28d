import { stamp } from './controller.ts';
import type { ContainerState } from './pod.ts';
import type { RunningPod } from './state.ts';

/** A pod as the API shows it. */
export function podObject({ name, namespace, uid, createdAt, owner, pod }: RunningPod, version: string) {
  const ready = pod.ready();
  const condition = (type: string, met: boolean, reason = '') => ({
    type,
    status: met ? 'True' : 'False',
    ...(reason && !met && { reason }),
    lastTransitionTime: stamp(pod.readySince ?? createdAt),
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion: version,
      creationTimestamp: stamp(createdAt),
      labels: owner.spec.template.metadata.labels,
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: owner.metadata.name,
          uid: owner.metadata.uid,
          controller: true,
        },
      ],
      ...(pod.terminating && { deletionTimestamp: stamp(createdAt) }),
    },
    spec: { ...owner.spec.template.spec, nodeName: 'this-machine' },
    status: {
      phase: pod.containers.some(({ runningSince, restartCount }) => runningSince !== undefined || restartCount > 0)
        ? 'Running'
        : 'Pending',
      startTime: stamp(createdAt),
      hostIP: '127.0.0.1',
      podIP: '127.0.0.1',
      conditions: [
        condition('PodScheduled', true),
        condition('Initialized', true),
        condition('ContainersReady', ready, 'ContainersNotReady'),
        condition('Ready', ready, 'ContainersNotReady'),
      ],
      containerStatuses: pod.containers.map(containerStatus),
    },
  };
}

function containerStatus({ name, image, imageID, ready, restartCount, waiting, runningSince, last }: ContainerState) {
  const ended = last && {
    terminated: {
      exitCode: last.exitCode,
      reason: last.exitCode === 0 ? 'Completed' : 'Error',
      startedAt: stamp(last.startedAt),
      finishedAt: stamp(last.finishedAt),
    },
  };
  return {
    name,
    image,
    imageID,
    ready,
    started: runningSince !== undefined,
    restartCount,
    state: waiting
      ? { waiting }
      : runningSince === undefined
        ? (ended ?? {})
        : { running: { startedAt: stamp(runningSince) } },
    lastState: ended ?? {},
  };
}
