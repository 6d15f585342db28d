import { describe, expect, test } from 'vitest';
import { earlyFailure } from '../../../lib/cluster/kubernetes/early-failure.ts';
import { Pod } from '../../../lib/cluster/kubernetes/pod-object.ts';
import { rolloutStatus } from '../../../lib/cluster/kubernetes/rollout-status.ts';
import { WorkloadObject } from '../../../lib/cluster/kubernetes/workload-object.ts';
import type { Workload } from '../../../lib/target/record.ts';

// kubectl's rules (kubectl/pkg/polymorphichelpers/rollout_status.go) and Argo CD's (gitops-engine/pkg/health), each written once more
// from its text, beside ours, over all small numbers. What differs must be one of the differences that docs/failures.md names.

const objectOf = (generation: number, spec: object, status: object) =>
  WorkloadObject.parse({
    metadata: { name: 'web', uid: 'u', resourceVersion: '1', generation },
    spec: { selector: {}, template: { spec: { containers: [] } }, ...spec },
    status,
  });

type Numbers = Record<string, number>;
type Case = { generation: number; spec: Record<string, unknown>; status: Record<string, unknown> };
type Verdict = 'done' | 'waits' | 'failed' | 'cannot say';

/** All combinations of small numbers. */
function* combinations(names: string[], upTo: number): Generator<Numbers> {
  for (let n = 0; n < (upTo + 1) ** names.length; n += 1)
    yield Object.fromEntries(names.map((name, i) => [name, Math.floor(n / (upTo + 1) ** i) % (upTo + 1)]));
}

const kubectl: Record<Workload['kind'], (given: Case) => Verdict> = {
  Deployment: ({ generation, spec, status: s }) => {
    if (generation > Number(s.observedGeneration)) return 'waits';
    if (JSON.stringify(s.conditions ?? '').includes('ProgressDeadlineExceeded')) return 'failed';
    if (Number(s.updatedReplicas) < Number(spec.replicas)) return 'waits';
    if (Number(s.replicas) > Number(s.updatedReplicas)) return 'waits';
    return Number(s.availableReplicas) < Number(s.updatedReplicas) ? 'waits' : 'done';
  },
  DaemonSet: ({ generation, spec, status: s }) => {
    if (JSON.stringify(spec.updateStrategy ?? '').includes('OnDelete')) return 'cannot say';
    if (generation > Number(s.observedGeneration)) return 'waits';
    if (Number(s.updatedNumberScheduled) < Number(s.desiredNumberScheduled)) return 'waits';
    return Number(s.numberAvailable) < Number(s.desiredNumberScheduled) ? 'waits' : 'done';
  },
  StatefulSet: ({ generation, spec, status: s }) => {
    const strategy = JSON.stringify(spec.updateStrategy ?? '');
    if (strategy.includes('OnDelete')) return 'cannot say';
    if (s.observedGeneration === 0 || generation > Number(s.observedGeneration)) return 'waits';
    if (Number(s.readyReplicas) < Number(spec.replicas)) return 'waits';
    if (strategy.includes('rollingUpdate')) {
      const [, partition] = /"partition":(\d)/.exec(strategy) ?? [];
      return partition !== undefined && Number(s.updatedReplicas) < Number(spec.replicas) - Number(partition)
        ? 'waits'
        : 'done';
    }
    return s.updateRevision === s.currentRevision ? 'done' : 'waits';
  },
};

const ours = (kind: Workload['kind'], { generation, spec, status }: Case) =>
  rolloutStatus(objectOf(generation, spec, status), kind);
const VERDICTS: Record<Verdict, string> = {
  done: 'complete',
  waits: 'progressing',
  failed: 'failed',
  'cannot say': 'failed',
};

/** How often they differ, but for where no pod of the new image is wanted. */
function differences(kind: Workload['kind'], cases: Iterable<Case>) {
  const found: string[] = [];
  let count = 0;
  for (const given of cases) {
    count += 1;
    const told = ours(kind, given);
    const theirs = kubectl[kind](given);
    if (told.status !== VERDICTS[theirs] && !(theirs === 'done' && told.blocked === 'no-pods'))
      found.push(`${JSON.stringify(given)}: kubectl ${theirs}, drover ${told.status} (${told.reason})`);
  }
  return { found, count };
}

describe('kubectl rollout status', () => {
  test('of a Deployment', () => {
    function* cases(): Generator<Case> {
      const names = ['generation', 'observedGeneration', 'wanted', 'replicas', 'updatedReplicas', 'availableReplicas'];
      for (const { generation = 0, wanted, ...status } of combinations(names, 2))
        for (const conditions of [
          undefined,
          [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
        ])
          yield { generation, spec: { replicas: wanted }, status: { ...status, conditions } };
    }
    expect(differences('Deployment', cases())).toEqual({ found: [], count: 1_458 });
  });

  test('of a DaemonSet', () => {
    function* cases(): Generator<Case> {
      const names = [
        'generation',
        'observedGeneration',
        'updatedNumberScheduled',
        'desiredNumberScheduled',
        'numberAvailable',
      ];
      for (const { generation = 0, ...status } of combinations(names, 2))
        for (const updateStrategy of [undefined, { type: 'RollingUpdate' }, { type: 'OnDelete' }])
          yield { generation, spec: { updateStrategy }, status };
    }
    expect(differences('DaemonSet', cases())).toEqual({ found: [], count: 729 });
  });

  test('of a StatefulSet', () => {
    const strategies = [
      undefined,
      { type: 'OnDelete' },
      { type: 'RollingUpdate' },
      { type: 'RollingUpdate', rollingUpdate: {} },
      ...[0, 1, 2].map((partition) => ({ type: 'RollingUpdate', rollingUpdate: { partition } })),
    ];
    function* cases(): Generator<Case> {
      const names = ['generation', 'observedGeneration', 'wanted', 'readyReplicas', 'updatedReplicas'];
      for (const { generation = 0, wanted, ...status } of combinations(names, 2))
        for (const updateStrategy of strategies)
          for (const currentRevision of ['a', 'b'])
            yield {
              generation,
              spec: { replicas: wanted, updateStrategy },
              status: { ...status, currentRevision, updateRevision: 'b' },
            };
    }
    expect(differences('StatefulSet', cases())).toEqual({ found: [], count: 3_402 });
  });
});

describe('Argo CD’s health', () => {
  test('of a Deployment is kubectl’s, but for one that is paused: suspended, which for drover waits or is done', () => {
    const paused = { replicas: 1, paused: true };
    const status = { observedGeneration: 1, replicas: 1, updatedReplicas: 0, availableReplicas: 1 };
    expect(ours('Deployment', { generation: 1, spec: paused, status })).toMatchObject({ blocked: 'paused' });
  });

  // Of pods that are always started again, as those of the three kinds are: degraded, or not.
  const own = (state: object, more: object = {}) => ({ name: 'main', restartCount: 0, state, lastState: {}, ...more });
  const ended = { exitCode: 1, reason: 'Error', finishedAt: '2026-01-01T12:00:00Z' };
  const pods: [string, object, boolean][] = [
    [
      'waits for its image, which is refused',
      { containerStatuses: [own({ waiting: { reason: 'ErrImagePull', message: 'not found' } })] },
      true,
    ],
    [
      'waits to pull again, for long',
      { containerStatuses: [own({ waiting: { reason: 'ImagePullBackOff', message: 'Back-off' } })] },
      true,
    ],
    [
      'waits after a crash',
      { containerStatuses: [own({ waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 3 })] },
      true,
    ],
    [
      'cannot be made',
      { containerStatuses: [own({ waiting: { reason: 'CreateContainerError', message: 'x' } })] },
      true,
    ],
    ['cannot be run', { containerStatuses: [own({ waiting: { reason: 'RunContainerError', message: 'x' } })] }, true],
    [
      'crashed, and crashed again',
      {
        phase: 'Running',
        containerStatuses: [own({ terminated: ended }, { restartCount: 2, lastState: { terminated: ended } })],
      },
      true,
    ],
    ['failed and is not started again', { phase: 'Failed', containerStatuses: [own({ terminated: ended })] }, true],
    [
      'is being made',
      { phase: 'Pending', containerStatuses: [own({ waiting: { reason: 'PodInitializing' } })] },
      false,
    ],
    ['runs and is not ready yet', { phase: 'Running', containerStatuses: [own({ running: {} })] }, false],
    ['is ready', { phase: 'Running', containerStatuses: [own({ running: {} }, { ready: true })] }, false],
    ['has succeeded', { phase: 'Succeeded', containerStatuses: [own({ terminated: { exitCode: 0 } })] }, false],
  ];
  test.each(pods)('of a pod that %s', (_, status, isDegraded) => {
    const startTime = '2026-01-01T12:00:00Z';
    const pod = Pod.parse({
      metadata: { name: 'p', uid: 'p', resourceVersion: '1' },
      status: { startTime, ...status },
    });
    const failure = earlyFailure(objectOf(1, {}, {}), [pod], Date.parse(startTime) + 61_000);
    expect(failure !== undefined).toBe(isDegraded);
  });
});
