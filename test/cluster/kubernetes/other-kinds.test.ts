import { describe, expect, test } from 'vitest';
import type { ApiAnswer, ApiRequest } from '../../../lib/cluster/kubernetes/api.ts';
import { apply } from '../../../lib/cluster/kubernetes/apply.ts';
import { newPods } from '../../../lib/cluster/kubernetes/new-pods.ts';
import { Pod } from '../../../lib/cluster/kubernetes/pod-object.ts';
import { refusedPods } from '../../../lib/cluster/kubernetes/refused-pods.ts';
import { rolloutStatus } from '../../../lib/cluster/kubernetes/rollout-status.ts';
import { WorkloadObject } from '../../../lib/cluster/kubernetes/workload-object.ts';
import type { Place, Workload } from '../../../lib/target/record.ts';

const NOW = Date.UTC(2026, 0, 1, 12);

type Given = { generation?: number; spec?: object; status: object };
const object = ({ generation = 1, spec = {}, status }: Given, metadata: object = {}) =>
  WorkloadObject.parse({
    metadata: { name: 'db', uid: 'u', resourceVersion: '7', generation, ...metadata },
    spec: { selector: {}, template: { spec: { containers: [{ name: 'db', image: 'old' }] } }, ...spec },
    status: { observedGeneration: 1, ...status },
  });

type Row = [string, Given, 'progressing' | 'complete' | 'failed', string];
const table = (kind: Workload['kind'], rows: Row[]) =>
  test.each(rows)('%s', (_, given, status, reason) => {
    const told = rolloutStatus(object(given), kind);
    expect(told.status).toBe(status);
    expect(told.reason).toContain(reason);
  });

const rolling = (partition?: number) => ({ type: 'RollingUpdate', rollingUpdate: { partition } });
const revisions = (currentRevision: string, updateRevision: string) => ({ currentRevision, updateRevision });

// In the order of kubectl's StatefulSetStatusViewer; the last rows are ours.
describe('a StatefulSet', () => {
  table('StatefulSet', [
    [
      'whose pods nobody replaces',
      { spec: { replicas: 1, updateStrategy: { type: 'OnDelete' } }, status: { readyReplicas: 1 } },
      'failed',
      'OnDelete',
    ],
    [
      'never observed',
      { spec: { replicas: 1 }, status: { observedGeneration: 0, readyReplicas: 1 } },
      'progressing',
      'see the change',
    ],
    [
      'whose change is not observed',
      { generation: 2, spec: { replicas: 1 }, status: { readyReplicas: 1, updatedReplicas: 1 } },
      'progressing',
      'see the change',
    ],
    [
      'with pods that are not ready, though the revision is right',
      { spec: { replicas: 3 }, status: { readyReplicas: 1, ...revisions('b', 'b') } },
      'progressing',
      'waiting for pods: 1 of 3 ready',
    ],
    [
      'rolling, one pod after the other',
      {
        spec: { replicas: 3, updateStrategy: rolling(0) },
        status: { readyReplicas: 3, updatedReplicas: 1, ...revisions('a', 'b') },
      },
      'progressing',
      '1 of 3',
    ],
    [
      'all new',
      {
        spec: { replicas: 3, updateStrategy: rolling(0) },
        status: { readyReplicas: 3, updatedReplicas: 3, ...revisions('b', 'b') },
      },
      'complete',
      '3 of 3',
    ],
    [
      'with a partition, its upper pods not new yet',
      {
        spec: { replicas: 4, updateStrategy: rolling(2) },
        status: { readyReplicas: 4, updatedReplicas: 1, ...revisions('a', 'b') },
      },
      'progressing',
      '1 of 2',
    ],
    [
      'with a partition, its upper pods new',
      {
        spec: { replicas: 4, updateStrategy: rolling(2) },
        status: { readyReplicas: 4, updatedReplicas: 2, ...revisions('a', 'b') },
      },
      'complete',
      '2 kept by the partition',
    ],
    [
      'without settings of the strategy, at the earlier revision',
      { spec: { replicas: 1 }, status: { readyReplicas: 1, updatedReplicas: 1, ...revisions('a', 'b') } },
      'progressing',
      '1 of 1',
    ],
    [
      'without settings of the strategy, at the new revision',
      { spec: { replicas: 1 }, status: { readyReplicas: 1, ...revisions('b', 'b') } },
      'complete',
      '1 of 1',
    ],
    [
      'scaled to zero',
      { spec: { replicas: 0, updateStrategy: rolling(0) }, status: { ...revisions('b', 'b') } },
      'progressing',
      'scaled to zero',
    ],
    [
      'with a partition that keeps every pod',
      { spec: { replicas: 2, updateStrategy: rolling(2) }, status: { readyReplicas: 2, ...revisions('a', 'b') } },
      'progressing',
      'keeps every pod',
    ],
  ]);
});

// In the order of kubectl's DaemonSetStatusViewer; the last row is ours.
describe('a DaemonSet', () => {
  const numbers = (desiredNumberScheduled: number, updatedNumberScheduled: number, numberAvailable: number) => ({
    desiredNumberScheduled,
    updatedNumberScheduled,
    numberAvailable,
  });
  table('DaemonSet', [
    [
      'whose pods nobody replaces',
      { spec: { updateStrategy: { type: 'OnDelete' } }, status: numbers(2, 2, 2) },
      'failed',
      'OnDelete',
    ],
    ['whose change is not observed', { generation: 2, status: numbers(2, 2, 2) }, 'progressing', 'see the change'],
    ['with too few new pods', { status: numbers(3, 1, 3) }, 'progressing', '1 of 3'],
    [
      'all new, and not all available',
      { status: numbers(3, 3, 2) },
      'progressing',
      'waiting for new pods: 2 of 3 available',
    ],
    ['all new and available', { status: numbers(3, 3, 3) }, 'complete', '3 of 3'],
    ['on no node', { status: numbers(0, 0, 0) }, 'progressing', 'no node'],
  ]);
});

describe('the new pods', () => {
  const pod = (name: string, labels: object, more = {}) =>
    Pod.parse({
      metadata: { name, uid: name, resourceVersion: '1', ownerReferences: [{ uid: 'u' }], labels, ...more },
    });
  test('of a StatefulSet are those of the update revision', () => {
    const pods = [
      pod('db-0', { 'controller-revision-hash': 'a' }),
      pod('db-1', { 'controller-revision-hash': 'b' }),
      pod('db-2', { 'controller-revision-hash': 'b' }, { deletionTimestamp: 'now' }),
      pod('foreign', { 'controller-revision-hash': 'b' }, { ownerReferences: [{ uid: 'x' }] }),
    ];
    const found = newPods(object({ status: revisions('a', 'b') }), [], pods, 'StatefulSet');
    expect(found.map(({ metadata }) => metadata.name)).toEqual(['db-1']);
  });

  test('of a DaemonSet are those of the present template', () => {
    const annotations = { 'deprecated.daemonset.template.generation': '3' };
    const pods = [pod('a', { 'pod-template-generation': '2' }), pod('b', { 'pod-template-generation': '3' })];
    const found = newPods(object({ status: {} }, { annotations }), [], pods, 'DaemonSet');
    expect(found.map(({ metadata }) => metadata.name)).toEqual(['b']);
  });
});

describe('pods that are refused', () => {
  const place: Place = { cluster: 'c', namespace: 'n', workloads: [], create: false };
  const quota = 'create Pod db-1 in StatefulSet db failed: pods "db-1" is forbidden: exceeded quota: small';
  const asked: ApiRequest[] = [];
  const events =
    (...items: object[]) =>
    async (request: ApiRequest): Promise<ApiAnswer> => {
      asked.push(request);
      return { status: 200, body: { items } };
    };
  const at = (ago: number) => new Date(NOW - ago).toISOString();
  const few = object({ spec: { replicas: 2 }, status: { replicas: 1 } });

  test('are told by the events of a StatefulSet that has too few, in the words of who refused', async () => {
    const api = events({ message: quota, lastTimestamp: at(5_000) });
    expect(await refusedPods(api, place, few, 'StatefulSet', NOW)).toEqual({
      reason: `new pods are refused: ${quota}`,
    });
    expect(asked.at(-1)?.query?.fieldSelector).toBe(
      'involvedObject.kind=StatefulSet,involvedObject.name=db,reason=FailedCreate',
    );
  });

  test.each([
    ['what was refused long ago', { message: quota, lastTimestamp: at(300_000) }],
    ['what passes by itself', { message: 'object is being deleted: pods "db-1" already exists', lastTimestamp: at(5) }],
  ])('are not told by %s', async (_, event) => {
    expect(await refusedPods(events(event), place, few, 'StatefulSet', NOW)).toBeUndefined();
  });

  test('are not asked for where there are enough pods, nor of a Deployment, which has a condition', async () => {
    const before = asked.length;
    const enough = object({ spec: { replicas: 1 }, status: { replicas: 1 } });
    expect(await refusedPods(events(), place, enough, 'StatefulSet', NOW)).toBeUndefined();
    expect(await refusedPods(events(), place, few, 'Deployment', NOW)).toBeUndefined();
    expect(asked).toHaveLength(before);
  });
});

describe('an image', () => {
  const order = { image: 'new', number: 4, expected: ['old'], release: 'r', stillCurrent: async () => true };
  const serving = (spec: object = {}) => {
    const requests: ApiRequest[] = [];
    const api = async (request: ApiRequest): Promise<ApiAnswer> => {
      requests.push(request);
      return { status: 200, body: object({ spec, status: {} }) };
    };
    return { api, requests };
  };

  test.each(['StatefulSet', 'DaemonSet'] as const)('is applied to a %s under its own path and kind', async (kind) => {
    const { api, requests } = serving();
    const place: Place = {
      cluster: 'c',
      namespace: 'n',
      workloads: [{ kind, name: 'db', container: 'db' }],
      create: true,
    };
    expect(await apply(api, place, order)).toEqual({ kind: 'applied', takenFrom: [] });
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /apis/apps/v1/namespaces/n/${kind.toLowerCase()}s/db`,
      `PATCH /apis/apps/v1/namespaces/n/${kind.toLowerCase()}s/db`,
    ]);
    expect(requests[1]?.body).toMatchObject({
      kind,
      metadata: { resourceVersion: '7' },
      spec: { template: { spec: { containers: [{ name: 'db', image: 'new' }] } } },
    });
  });

  test('is not applied where only a person’s hand would bring it to the pods', async () => {
    const { api, requests } = serving({ updateStrategy: { type: 'OnDelete' } });
    const workloads = [{ kind: 'StatefulSet' as const, name: 'db', container: 'db' }];
    const applied = await apply(api, { cluster: 'c', namespace: 'n', workloads, create: false }, order);
    expect(applied).toMatchObject({ kind: 'refused', image: 'old', reason: expect.stringContaining('OnDelete') });
    expect(requests).toHaveLength(1);
  });
});
