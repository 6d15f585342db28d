// How each failure is told, by Kubernetes and by drover. The objects are what a real cluster was seen to say (Kubernetes 1.35, containerd),
// shortened; the tests play them through drover's own look, and write the table of docs/failures.md from them. A list, so it is long.
import type { Workload } from '../../lib/target/record.ts';

export const NOW = Date.UTC(2026, 10, 26, 15, 30);
const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();

/** What the API server has of a workload `web` (or `db`) and its new pods. */
export type Given = {
  kind?: Workload['kind'];
  spec?: object;
  status?: object;
  /** Of the new ReplicaSet. */
  refused?: { message: string; since: number };
  /** Of the new pod; `old`: it is of the revision before. */
  pod?: { status: object; age?: number; old?: boolean };
  events?: { reason: string; message: string; type?: string }[];
  log?: string;
};

export type Failure = {
  name: string;
  /** Where Kubernetes tells it. */
  kubernetes: string;
  given: Given;
  status: 'failed' | 'progressing';
  /** The whole line. */
  line: string;
  /** When drover acts, or that it waits. */
  acts: string;
  /** The case of the contract suite that plays it, on both clusters or on the real one alone. */
  contract?: string;
};

const DIGEST = `sha256:${'0'.repeat(64)}`;
export const IMAGE = `registry.example/web@${DIGEST}`;

const container = (state: object, more: object = {}) => ({
  name: 'web',
  image: IMAGE,
  restartCount: 0,
  ready: false,
  state,
  lastState: {},
  ...more,
});
const waiting = (reason: string, message = '', more: object = {}) => ({
  phase: 'Pending',
  containerStatuses: [container({ waiting: { reason, message } }, more)],
});
const crashed = (exitCode: number, more: object = {}, restartCount = 1) =>
  waiting('CrashLoopBackOff', 'back-off 10s restarting failed container=web', {
    restartCount,
    lastState: {
      terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', finishedAt: ago(5), ...more },
    },
  });
const running = (more: object = {}) => ({
  phase: 'Running',
  containerStatuses: [container({ running: { startedAt: ago(20) } }, more)],
});
const unscheduled = (since: number) => ({
  status: {
    phase: 'Pending',
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
        lastTransitionTime: ago(since),
      },
    ],
  },
  age: since,
});
const late = {
  conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', lastUpdateTime: ago(1) }],
};

export const failures: Failure[] = [
  {
    name: 'The image is not in the registry',
    kubernetes: 'pod: waiting, `ErrImagePull`, “… not found”',
    given: {
      pod: {
        status: waiting(
          'ErrImagePull',
          `rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": not found`,
        ),
        age: 2,
      },
    },
    status: 'failed',
    line: `the image of web cannot be pulled: rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": not found`,
    acts: 'at once',
    contract: 'sees early that an image cannot be pulled',
  },
  {
    name: 'The registry refuses the node',
    kubernetes: 'pod: waiting, `ImagePullBackOff`, “… 401 Unauthorized”',
    given: {
      pod: {
        status: waiting(
          'ImagePullBackOff',
          'Back-off pulling image "i": ErrImagePull: unexpected status from HEAD request: 401 Unauthorized',
        ),
        age: 2,
      },
    },
    status: 'failed',
    line: 'the image of web cannot be pulled: Back-off pulling image "i": ErrImagePull: unexpected status from HEAD request: 401 Unauthorized',
    acts: 'at once',
  },
  {
    name: 'The image has no variant for the node',
    kubernetes: 'pod: waiting, `ErrImagePull`, “no match for platform in manifest”',
    given: {
      pod: {
        status: waiting(
          'ErrImagePull',
          'failed to pull and unpack image "i": no match for platform in manifest: not found',
        ),
        age: 2,
      },
    },
    status: 'failed',
    line: 'the image of web cannot be pulled: failed to pull and unpack image "i": no match for platform in manifest: not found',
    acts: 'at once',
    contract: 'sees early that an image is for another processor',
  },
  {
    name: 'The registry is out of reach',
    kubernetes: 'pod: waiting, `ErrImagePull`, “connection refused”',
    given: { pod: { status: waiting('ErrImagePull', 'dial tcp 10.0.0.9:443: connect: connection refused'), age: 61 } },
    status: 'failed',
    line: 'the image of web cannot be pulled: dial tcp 10.0.0.9:443: connect: connection refused',
    acts: 'after a minute',
    contract: 'gives a registry that is out of reach a minute',
  },
  {
    name: 'The same, for less than a minute',
    kubernetes: 'the same',
    given: { pod: { status: waiting('ErrImagePull', 'dial tcp 10.0.0.9:443: connect: connection refused'), age: 10 } },
    status: 'progressing',
    line: 'waiting for new pods: 0 of 1 available',
    acts: 'waits',
    contract: 'gives a registry that is out of reach a minute',
  },
  {
    name: 'The store of the layers is out of reach, behind an address that is signed',
    kubernetes: 'pod: waiting, `ErrImagePull`, the whole address',
    given: {
      pod: {
        status: waiting(
          'ErrImagePull',
          'failed to do request: Get "https://layers.s3.amazonaws.com/a?versionId=v&X-Amz-Security-Token=hunter2&X-Amz-Signature=hunter2": dial tcp 10.0.0.9:443: i/o timeout',
        ),
        age: 61,
      },
    },
    status: 'failed',
    line: 'the image of web cannot be pulled: failed to do request: Get "https://layers.s3.amazonaws.com/a?versionId=v&X-Amz-Security-Token=*** dial tcp 10.0.0.9:443: i/o timeout',
    acts: 'after a minute, without what is secret in it',
  },
  {
    name: 'The image’s name is none',
    kubernetes: 'pod: waiting, `InvalidImageName`',
    given: {
      pod: {
        status: waiting('InvalidImageName', 'couldn\'t parse image name "WEB:x": invalid reference format'),
        age: 2,
      },
    },
    status: 'failed',
    line: 'container web cannot be made: couldn\'t parse image name "WEB:x": invalid reference format',
    acts: 'at once',
  },
  {
    name: 'The program crashes',
    kubernetes: 'pod: waiting, `CrashLoopBackOff`; last state: exit code',
    given: { pod: { status: crashed(3) }, log: 'starting\nPASSWORD=hunter2\nboom\n' },
    status: 'failed',
    line: 'container web keeps crashing (exit code 3), 1 restart; it last said: boom',
    acts: 'at once, with the end of its log',
    contract: 'sees a crash loop early, with the last words of the container',
  },
  {
    name: 'The program takes too much memory',
    kubernetes: 'the same, `OOMKilled`',
    given: { pod: { status: crashed(137, { reason: 'OOMKilled' }, 2) } },
    status: 'failed',
    line: 'container web keeps crashing (exit code 137, OOMKilled), 2 restarts',
    acts: 'at once',
  },
  {
    name: 'The program ends as if it were done',
    kubernetes: 'the same, `Completed`',
    given: { pod: { status: crashed(0) }, log: 'bye\n' },
    status: 'failed',
    line: 'container web keeps ending (exit code 0), 1 restart; it last said: bye',
    acts: 'at once',
  },
  {
    name: 'The program is for another processor',
    kubernetes: 'crash loop; log: “exec format error”',
    given: { pod: { status: crashed(255) }, log: 'exec /app: exec format error\n' },
    status: 'failed',
    line: 'container web keeps crashing (exit code 255), 1 restart; it last said: exec /app: exec format error',
    acts: 'at once',
    contract: 'sees early that a program is for another processor',
  },
  {
    name: 'The command is not in the image',
    kubernetes: 'crash loop; last state: `StartError` with the runtime’s words',
    given: {
      pod: {
        status: crashed(128, {
          reason: 'StartError',
          message: 'runc create failed: exec: "/nope": stat /nope: no such file or directory',
        }),
      },
    },
    status: 'failed',
    line: 'container web keeps crashing (exit code 128, StartError: runc create failed: exec: "/nope": stat /nope: no such file or directory), 1 restart',
    acts: 'at once',
    contract: 'sees early that a command is not there',
  },
  {
    name: 'A liveness or startup probe fails',
    kubernetes: 'crash loop; event `Unhealthy`, “Liveness probe failed: …”',
    given: {
      pod: { status: crashed(0, {}, 3) },
      events: [
        { reason: 'Unhealthy', message: 'Readiness probe failed: connection refused' },
        { reason: 'Unhealthy', message: 'Liveness probe failed: HTTP probe failed with statuscode: 500' },
        { reason: 'BackOff', message: 'Back-off restarting failed container web' },
      ],
    },
    status: 'failed',
    line: 'container web keeps ending (exit code 0), 3 restarts; Liveness probe failed: HTTP probe failed with statuscode: 500',
    acts: 'at once',
    contract: 'says which probe ended a container',
  },
  {
    name: 'The command after the start fails',
    kubernetes: 'crash loop; event `FailedPostStartHook`',
    given: {
      pod: { status: crashed(0) },
      events: [{ reason: 'FailedPostStartHook', message: 'PostStartHook failed' }],
    },
    status: 'failed',
    line: 'container web keeps ending (exit code 0), 1 restart; PostStartHook failed',
    acts: 'at once',
  },
  {
    name: 'An init container crashes',
    kubernetes: 'pod: `initContainerStatuses`, terminated, again and again',
    given: {
      pod: {
        status: {
          phase: 'Pending',
          initContainerStatuses: [
            {
              ...container({ terminated: { exitCode: 3, reason: 'Error', finishedAt: ago(1) } }),
              lastState: { terminated: { exitCode: 3, reason: 'Error', finishedAt: ago(2) } },
              name: 'migrate',
              restartCount: 1,
            },
          ],
          containerStatuses: [container({ waiting: { reason: 'PodInitializing' } })],
        },
      },
      log: 'no such table\n',
    },
    status: 'failed',
    line: 'container migrate keeps crashing (exit code 3), 1 restart; it last said: no such table',
    acts: 'at once, with the end of its log',
    contract: 'sees an init container crash',
  },
  {
    name: 'A Secret or ConfigMap that the container reads is missing',
    kubernetes: 'pod: waiting, `CreateContainerConfigError`',
    given: { pod: { status: waiting('CreateContainerConfigError', 'secret "db" not found'), age: 2 } },
    status: 'failed',
    line: 'container web cannot be made: secret "db" not found',
    acts: 'at once',
    contract: 'sees early that a Secret is missing',
  },
  {
    name: 'A Secret or volume that the pod mounts is missing',
    kubernetes: 'pod: waiting, `ContainerCreating`; event `FailedMount`',
    given: {
      pod: { status: waiting('ContainerCreating'), age: 70 },
      events: [{ reason: 'FailedMount', message: 'MountVolume.SetUp failed for volume "v" : secret "tls" not found' }],
    },
    status: 'failed',
    line: 'a volume of the new pod cannot be had: MountVolume.SetUp failed for volume "v" : secret "tls" not found',
    acts: 'after a minute',
    contract: 'sees that a Secret that is mounted is missing',
  },
  {
    name: 'The node cannot make the pod’s network',
    kubernetes: 'pod: waiting, `ContainerCreating`; event `FailedCreatePodSandBox`',
    given: {
      pod: { status: waiting('ContainerCreating'), age: 70 },
      events: [
        { reason: 'FailedCreatePodSandBox', message: 'Failed to create pod sandbox: failed to assign an IP address' },
      ],
    },
    status: 'progressing',
    line: 'waiting for new pods: 0 of 1 available: Failed to create pod sandbox: failed to assign an IP address',
    acts: 'at the deadline, with these words',
  },
  {
    name: 'No node takes the pod',
    kubernetes: 'pod: condition `PodScheduled`, `Unschedulable`',
    given: { pod: unscheduled(121) },
    status: 'failed',
    line: "no node takes the new pod: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
    acts: 'after two minutes',
    contract: 'sees that no node takes a pod',
  },
  {
    name: 'The same, and a node is being made for it',
    kubernetes: 'the same; event `TriggeredScaleUp` or `Nominated`',
    given: {
      pod: unscheduled(121),
      events: [{ type: 'Normal', reason: 'TriggeredScaleUp', message: 'pod triggered scale-up: 1->2' }],
    },
    status: 'progressing',
    line: 'waiting for new pods: 0 of 1 available: a node is on its way',
    acts: 'at the deadline',
  },
  {
    name: 'A quota is used up',
    kubernetes: 'ReplicaSet: condition `ReplicaFailure`, “exceeded quota”',
    given: {
      refused: {
        message: 'pods "web-1" is forbidden: exceeded quota: small, used: pods=1, limited: pods=1',
        since: 61,
      },
    },
    status: 'failed',
    line: 'new pods are refused: pods "web-1" is forbidden: exceeded quota: small, used: pods=1, limited: pods=1',
    acts: 'after a minute, once no old pod fills it still',
    contract: 'sees that a quota refuses the new pods',
  },
  {
    name: 'A quota of ReplicaSets is used up',
    kubernetes: 'Deployment: condition `Progressing`, `ReplicaSetCreateError`; its change is never observed',
    given: {
      status: {
        observedGeneration: 1,
        conditions: [
          {
            type: 'Progressing',
            status: 'False',
            reason: 'ReplicaSetCreateError',
            message:
              'Failed to create new replica set "web-2": replicasets.apps "web-2" is forbidden: exceeded quota: small',
            lastUpdateTime: ago(3),
          },
        ],
      },
    },
    status: 'failed',
    line: 'no new ReplicaSet can be made: Failed to create new replica set "web-2": replicasets.apps "web-2" is forbidden: exceeded quota: small',
    acts: 'at once',
    contract: 'sees that a quota refuses the new ReplicaSet',
  },
  {
    name: 'Admission refuses the pods (LimitRange, policy, webhook)',
    kubernetes: 'ReplicaSet: condition `ReplicaFailure`, “is forbidden”',
    given: {
      refused: {
        message: 'pods "web-1" is forbidden: maximum memory usage per Container is 64Mi, but limit is 128Mi',
        since: 1,
      },
    },
    status: 'failed',
    line: 'new pods are refused: pods "web-1" is forbidden: maximum memory usage per Container is 64Mi, but limit is 128Mi',
    acts: 'at once',
    contract: 'sees that a limit refuses the new pods',
  },
  {
    name: 'A webhook of admission is out of reach',
    kubernetes: 'ReplicaSet: condition `ReplicaFailure`, “failed calling webhook”',
    given: {
      refused: { message: 'Internal error occurred: failed calling webhook "w": connection refused', since: 61 },
    },
    status: 'failed',
    line: 'new pods are refused: Internal error occurred: failed calling webhook "w": connection refused',
    acts: 'after a minute',
  },
  {
    name: 'The new pods are never ready',
    kubernetes: 'pod: not ready; event `Unhealthy`',
    given: {
      pod: { status: running(), age: 20 },
      events: [{ reason: 'Unhealthy', message: 'Readiness probe failed: HTTP probe failed with statuscode: 500' }],
    },
    status: 'progressing',
    line: 'waiting for new pods: 0 of 1 available: Readiness probe failed: HTTP probe failed with statuscode: 500',
    acts: 'at the deadline, with these words and the end of the log',
  },
  {
    name: 'The same, and the Deployment’s own deadline is over',
    kubernetes: 'Deployment: condition `Progressing`, `ProgressDeadlineExceeded`',
    given: {
      status: late,
      pod: { status: running(), age: 20 },
      events: [{ reason: 'Unhealthy', message: 'Readiness probe failed: HTTP probe failed with statuscode: 500' }],
      log: 'waiting for the database\n',
    },
    status: 'failed',
    line: 'web made no progress within its own deadline; Readiness probe failed: HTTP probe failed with statuscode: 500; it last said: waiting for the database',
    acts: 'at once, with the end of the log',
    contract: 'sees a release that is never ready by its own deadline, and the earlier one still serves',
  },
  {
    name: 'Nodes give up the new pods (evicted, not admitted)',
    kubernetes: 'pods: phase `Failed`, reason `Evicted` and the like',
    given: {
      pod: {
        status: { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' },
        age: 20,
      },
    },
    status: 'progressing',
    line: 'waiting for new pods: 0 of 1 available',
    acts: 'at the third within five minutes; one is made anew',
  },
  {
    name: 'The Deployment is paused',
    kubernetes: 'Deployment: `spec.paused`',
    given: { spec: { paused: true }, status: { updatedReplicas: 0 } },
    status: 'progressing',
    line: 'web is paused, so nothing moves: waiting for new pods: 0 of 1 made',
    acts: 'tells a person at once; at the deadline',
    contract: 'says that a paused rollout does not move, and that none is shown by no replicas',
  },
  {
    name: 'The workload is scaled to zero',
    kubernetes: 'Deployment: `spec.replicas: 0`',
    given: { spec: { replicas: 0 }, status: { replicas: 0, updatedReplicas: 0, availableReplicas: 0 } },
    status: 'progressing',
    line: 'web is scaled to zero, which shows nothing of the new image',
    acts: 'tells a person at once; at the deadline. A way back is complete.',
    contract: 'says that a paused rollout does not move, and that none is shown by no replicas',
  },
  {
    name: 'A broken pod of a StatefulSet is in the way',
    kubernetes: 'pod of an earlier `controller-revision-hash`, not ready',
    given: { kind: 'StatefulSet', status: { readyReplicas: 0 }, pod: { status: crashed(3), old: true } },
    status: 'progressing',
    line: 'pod web-1 of before is broken, and is replaced only once somebody deletes it (kubectl delete pod web-1 -n shop): container web keeps crashing (exit code 3), 1 restart',
    acts: 'tells a person at once; at the deadline',
    contract: 'rolls a StatefulSet by its own rule, there and back, and sees it crash',
  },
  {
    name: 'The pods of a StatefulSet or DaemonSet change only by hand',
    kubernetes: '`updateStrategy: OnDelete`',
    given: { kind: 'DaemonSet', spec: { updateStrategy: { type: 'OnDelete' } } },
    status: 'failed',
    line: 'DaemonSet web has the update strategy OnDelete: its pods change only when somebody deletes them',
    acts: 'before anything is applied',
  },
];

/** What the API server answers about a `web` of which that is so. */
export function objectsOf({ kind = 'Deployment', spec, status, refused, pod, events = [], log = '' }: Given) {
  const revision = { 'deployment.kubernetes.io/revision': '2' };
  const numbers = {
    Deployment: { replicas: 1, updatedReplicas: 1, availableReplicas: 0 },
    StatefulSet: { replicas: 1, updateRevision: 'new', currentRevision: 'new' },
    DaemonSet: { desiredNumberScheduled: 1, currentNumberScheduled: 1 },
  }[kind];
  const labels = { 'controller-revision-hash': pod?.old ? 'old' : 'new' };
  const started = ago(pod?.age ?? 5);
  const conditions = refused && [
    {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: refused.message,
      lastTransitionTime: ago(refused.since),
    },
  ];
  return {
    workload: {
      metadata: { name: 'web', uid: 'w', resourceVersion: '1', generation: 2, annotations: revision },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        template: { spec: { containers: [{ name: 'web', image: IMAGE }] } },
        ...spec,
      },
      status: { observedGeneration: 2, ...numbers, ...status },
    },
    sets: [
      {
        metadata: { name: 's', uid: 's', resourceVersion: '1', annotations: revision, ownerReferences: [{ uid: 'w' }] },
        status: { conditions },
      },
    ],
    pods:
      pod === undefined
        ? []
        : [
            {
              metadata: {
                name: 'web-1',
                uid: 'p',
                resourceVersion: '1',
                labels,
                creationTimestamp: started,
                ownerReferences: [{ uid: kind === 'Deployment' ? 's' : 'w' }],
              },
              status: { startTime: started, ...pod.status },
            },
          ],
    events: events.map((event, n) => ({ type: 'Warning', lastTimestamp: ago(events.length - n), ...event })),
    log,
  };
}
