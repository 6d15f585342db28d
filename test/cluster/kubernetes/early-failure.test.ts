import { describe, expect, test } from 'vitest';
import { earlyFailure } from '../../../lib/cluster/kubernetes/early-failure.ts';
import { newPods } from '../../../lib/cluster/kubernetes/new-pods.ts';
import { Pod } from '../../../lib/cluster/kubernetes/pod-object.ts';
import { ReplicaSet, WorkloadObject } from '../../../lib/cluster/kubernetes/workload-object.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();
const deployment = (conditions: unknown[] = []) =>
  WorkloadObject.parse({
    metadata: {
      name: 'web',
      uid: 'd',
      resourceVersion: '1',
      annotations: { 'deployment.kubernetes.io/revision': '2' },
    },
    spec: { selector: {}, template: { spec: { containers: [{ name: 'web', image: 'i' }] } } },
    status: { conditions },
  });
const pod = (status: unknown, more = {}) =>
  Pod.parse({
    metadata: { name: 'web-1', uid: 'p', resourceVersion: '1', ownerReferences: [{ uid: 'new' }], ...more },
    status,
  });
const waiting = (reason: string, message = '', age = 5) =>
  pod({
    startTime: ago(age),
    containerStatuses: [{ name: 'web', restartCount: 0, state: { waiting: { reason, message } } }],
  });
const crashed = (restartCount: number, state: unknown, exit: unknown = { exitCode: 3 }) =>
  pod({
    startTime: ago(20),
    containerStatuses: [{ name: 'web', restartCount, state, lastState: { terminated: exit } }],
  });

test.each<[string, Pod, string | undefined]>([
  ['starting', waiting('ContainerCreating'), undefined],
  [
    'an image that is not there',
    waiting('ErrImagePull', 'rpc error: code = NotFound desc = failed to pull: not found'),
    'cannot be pulled: rpc error',
  ],
  [
    'an image that may not be pulled',
    waiting('ImagePullBackOff', 'Back-off pulling image "x": ErrImagePull: unauthorized'),
    'unauthorized',
  ],
  ['an image for another processor', waiting('ErrImagePull', 'no match for platform in manifest'), 'platform'],
  ['a registry that stumbles', waiting('ErrImagePull', 'dial tcp: i/o timeout'), undefined],
  ['a registry that has stumbled for a minute', waiting('ImagePullBackOff', 'i/o timeout', 61), 'i/o timeout'],
  ['a secret that is missing', waiting('CreateContainerConfigError', 'secret "db" not found'), 'secret "db" not found'],
  ['a name that is none', waiting('InvalidImageName', "couldn't parse image name"), "couldn't parse"],
  ['a crash loop', crashed(1, { waiting: { reason: 'CrashLoopBackOff' } }), 'keeps crashing (exit code 3), 1 restart'],
  [
    'out of memory',
    crashed(2, { waiting: { reason: 'CrashLoopBackOff' } }, { exitCode: 137, reason: 'OOMKilled' }),
    'exit code 137, OOMKilled',
  ],
  ['by a signal', crashed(3, { running: {} }, { exitCode: 139, signal: 11 }), 'signal 11'],
  ['restarted once, and running', crashed(1, { running: {} }), undefined],
  ['restarted three times, though it runs', crashed(3, { running: {} }), '3 restarts'],
  [
    'no node, for a moment',
    pod({
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/3 nodes',
          lastTransitionTime: ago(30),
        },
      ],
    }),
    undefined,
  ],
  [
    'no node for two minutes',
    pod({
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/3 nodes',
          lastTransitionTime: ago(121),
        },
      ],
    }),
    'no node takes the new pod: 0/3 nodes',
  ],
  [
    'an init container that crashes',
    pod({
      initContainerStatuses: [{ name: 'migrate', restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    }),
    'container migrate keeps crashing',
  ],
])('%s', (_, given, reason) => {
  const failure = earlyFailure(deployment(), [given], NOW);
  if (reason === undefined) expect(failure).toBeUndefined();
  else expect(failure?.reason).toContain(reason);
});

test('a quota or admission that refuses the pods is told in its own words', () => {
  const failure = earlyFailure(
    deployment([
      {
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message: 'pods "web-1" is forbidden: exceeded quota: small',
      },
    ]),
    [],
    NOW,
  );
  expect(failure?.reason).toBe('new pods are refused: pods "web-1" is forbidden: exceeded quota: small');
});

test("the log that tells more is the last run's, unless the container just ended", () => {
  expect(earlyFailure(deployment(), [crashed(1, { waiting: { reason: 'CrashLoopBackOff' } })], NOW)?.logs).toEqual({
    pod: 'web-1',
    container: 'web',
    previous: true,
  });
  expect(earlyFailure(deployment(), [crashed(3, { terminated: { exitCode: 1 } })], NOW)?.logs?.previous).toBe(false);
});

test('only pods of the present template count, and none that is leaving', () => {
  const set = (uid: string, revision: string, owner = 'd') =>
    ReplicaSet.parse({
      metadata: {
        name: uid,
        uid,
        resourceVersion: '1',
        annotations: { 'deployment.kubernetes.io/revision': revision },
        ownerReferences: [{ uid: owner }],
      },
    });
  const old = pod({}, { uid: 'old', ownerReferences: [{ uid: 'before' }] });
  const leaving = pod({}, { uid: 'leaving', deletionTimestamp: ago(1) });
  const mine = pod({});
  expect(
    newPods(deployment(), [set('before', '1'), set('new', '2'), set('stranger', '2', 'x')], [old, leaving, mine]),
  ).toEqual([mine]);
  expect(newPods(deployment(), [set('before', '1')], [old, mine])).toEqual([]);
});

test('restarts of long ago say nothing of the rollout: a rollback goes back to pods that have lived', () => {
  const old = crashed(3, { running: {} }, { exitCode: 137, finishedAt: ago(86_400) });
  expect(earlyFailure(deployment(), [old], NOW)).toBeUndefined();
  const fresh = crashed(3, { running: {} }, { exitCode: 137, finishedAt: ago(30) });
  expect(earlyFailure(deployment(), [fresh], NOW)?.reason).toContain('keeps crashing');
});

describe('a refusal of pods', () => {
  const refused = (message: string, since: number) => [
    { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message, lastTransitionTime: ago(since) },
  ];
  const set = (conditions: unknown[] = []) =>
    ReplicaSet.parse({ metadata: { name: 's', uid: 's', resourceVersion: '1' }, status: { conditions } }).status;
  const quota = 'pods "web-1" is forbidden: exceeded quota: small';

  test('of an earlier ReplicaSet is not this rollout’s, though the Deployment repeats it', () => {
    const stale = deployment(refused('is forbidden: no', 90));
    expect(earlyFailure(stale, [], NOW, set())).toBeUndefined();
    expect(earlyFailure(deployment(), [], NOW, set(refused('is forbidden: no', 1)))?.reason).toContain('no');
  });

  test('by a quota passes while old pods that fill it are on their way out, and for a minute', () => {
    expect(earlyFailure(deployment(), [], NOW, set(refused(quota, 59)))).toBeUndefined();
    expect(earlyFailure(deployment(), [], NOW, { ...set(refused(quota, 90)), leaving: true })).toBeUndefined();
    expect(earlyFailure(deployment(), [], NOW, set(refused(quota, 60)))?.reason).toContain('quota');
  });

  test('that is none (the API server stumbles) passes for a minute', () => {
    expect(earlyFailure(deployment(), [], NOW, set(refused('etcdserver: request timed out', 9)))).toBe(undefined);
    expect(earlyFailure(deployment(), [], NOW, set(refused('failed calling webhook', 60)))).toBeDefined();
  });
});

test('an init container that stumbled until what it waits for was there has done its work', () => {
  const terminated = { exitCode: 0, finishedAt: ago(1) };
  const lastState = { terminated: { exitCode: 1, finishedAt: ago(10) } };
  const init = { name: 'wait', restartCount: 4, state: { terminated }, lastState };
  expect(earlyFailure(deployment(), [pod({ startTime: ago(60), initContainerStatuses: [init] })], NOW)).toBeUndefined();
});

test('a Secret that the node has not read yet passes; a pod that the node gave up is made anew, the third time is no accident', () => {
  expect(
    earlyFailure(deployment(), [waiting('CreateContainerConfigError', 'failed to sync secret cache: timed out')], NOW),
  ).toBeUndefined();
  const evicted = pod({ phase: 'Failed', reason: 'Evicted', message: 'low on memory', startTime: ago(30) });
  expect(earlyFailure(deployment(), [evicted, evicted], NOW)).toBeUndefined();
  expect(earlyFailure(deployment(), [evicted, evicted, evicted], NOW)?.reason).toBe(
    'the nodes gave up 3 new pods (Evicted): low on memory',
  );
});

test('two ends close together are a loop; one more of a pod that has lived long is not', () => {
  const ended = (before: number) => ({
    name: 'web',
    restartCount: 5,
    state: { terminated: { exitCode: 1, finishedAt: ago(1) } },
    lastState: { terminated: { exitCode: 1, finishedAt: ago(before) } },
  });
  const once = { ...ended(86_400), restartCount: 2 };
  expect(earlyFailure(deployment(), [pod({ startTime: ago(90_000), containerStatuses: [once] })], NOW)).toBeUndefined();
  expect(earlyFailure(deployment(), [pod({ startTime: ago(90), containerStatuses: [ended(11)] })], NOW)).toBeDefined();
});
