import { randomBytes, randomUUID } from 'node:crypto';
import { podsOf } from './controller.ts';
import type { ReplicaSet } from './objects.ts';
import { type Pod, type PodOptions, startPod } from './pod.ts';
import { keyOf, type RunningPod, type State } from './state.ts';

export type Kubelet = {
  scalePods: (set: ReplicaSet) => void;
  end: (pod: RunningPod, graceMs?: number) => Promise<void>;
};

/** Starts and ends pods until a ReplicaSet has as many as it is to have. */
export function kubelet(
  state: State,
  options: Omit<PodOptions, 'event'> & {
    record: (type: 'Normal' | 'Warning', reason: string, message: string, pod: RunningPod) => void;
  },
): Kubelet {
  const start = (owner: ReplicaSet) => {
    const name = `${owner.metadata.name}-${randomBytes(4).toString('hex').slice(0, 5)}`;
    const running: RunningPod = {
      name,
      namespace: owner.metadata.namespace,
      uid: randomUUID(),
      createdAt: options.now(),
      owner,
      pod: notYet,
    };
    state.pods.set(keyOf(running.namespace, name), running);
    running.pod = startPod(owner.spec.template, {
      ...options,
      event: (type, reason, message) => options.record(type, reason, message, running),
    });
  };
  const end = async (running: RunningPod, graceMs?: number) => {
    await running.pod.end(graceMs);
    state.pods.delete(keyOf(running.namespace, running.name));
    options.changed();
  };
  const scalePods = (set: ReplicaSet) => {
    const pods = podsOf(state, set);
    for (let missing = set.spec.replicas - pods.length; missing > 0; missing -= 1) start(set);
    // Those that are not ready go first, then the youngest. Source: controller_utils.go, ActivePods.
    const leaving = [...pods].sort(
      (a, b) => Number(a.pod.ready()) - Number(b.pod.ready()) || b.createdAt - a.createdAt,
    );
    for (const pod of leaving.slice(0, Math.max(0, pods.length - set.spec.replicas))) void end(pod);
  };
  return { scalePods, end };
}

/** Stands in while the pod's own start has not returned yet. */
const notYet: Pod = {
  containers: [],
  ready: () => false,
  readySince: undefined,
  terminating: false,
  inFlight: 0,
  end: async () => {},
};
