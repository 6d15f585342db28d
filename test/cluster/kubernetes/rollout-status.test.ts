import { expect, test } from 'vitest';
import { replicaSetRefused, rolloutStatus } from '../../../lib/cluster/kubernetes/rollout-status.ts';
import { numberOf, WorkloadObject } from '../../../lib/cluster/kubernetes/workload-object.ts';

type Given = {
  generation?: number;
  observed?: number;
  wanted: number;
  replicas: number;
  updated: number;
  available: number;
  reason?: string;
  paused?: boolean;
};

const deployment = ({
  generation = 1,
  observed = 1,
  wanted,
  replicas,
  updated,
  available,
  reason,
  paused = false,
}: Given) =>
  WorkloadObject.parse({
    metadata: { name: 'web', uid: 'u', resourceVersion: '1', generation },
    spec: {
      replicas: wanted,
      paused,
      selector: { matchLabels: {} },
      template: { spec: { containers: [{ name: 'web', image: 'i' }] } },
    },
    status: {
      observedGeneration: observed,
      replicas,
      updatedReplicas: updated,
      availableReplicas: available,
      conditions: reason ? [{ type: 'Progressing', status: 'False', reason }] : null,
    },
  });

// In the order of kubectl's own rule: each row would be judged otherwise by a rule further down.
test.each<[string, Given, 'progressing' | 'complete' | 'failed', string]>([
  [
    'not seen yet, whatever the rest says',
    { generation: 2, wanted: 2, replicas: 2, updated: 2, available: 2, reason: 'ProgressDeadlineExceeded' },
    'progressing',
    'see the change',
  ],
  [
    'past its deadline, though the numbers are right',
    { wanted: 2, replicas: 2, updated: 2, available: 2, reason: 'ProgressDeadlineExceeded' },
    'failed',
    'deadline',
  ],
  [
    'another reason of the same condition',
    { wanted: 2, replicas: 2, updated: 2, available: 2, reason: 'ReplicaSetUpdated' },
    'complete',
    '2 of 2',
  ],
  ['nothing updated yet', { wanted: 1, replicas: 1, updated: 0, available: 1 }, 'progressing', '0 of 1'],
  ['too few are new', { wanted: 3, replicas: 4, updated: 1, available: 3 }, 'progressing', '1 of 3'],
  [
    'all new, and old ones are still there',
    { wanted: 2, replicas: 3, updated: 2, available: 3 },
    'progressing',
    '1 old',
  ],
  [
    'all new, and not all available',
    { wanted: 2, replicas: 2, updated: 2, available: 1 },
    'progressing',
    'waiting for new pods: 1 of 2 available',
  ],
  ['all new and available', { wanted: 2, replicas: 2, updated: 2, available: 2 }, 'complete', '2 of 2'],
  ['scaled down while it went on', { wanted: 1, replicas: 2, updated: 2, available: 2 }, 'complete', '2 of 1'],
  [
    'the status ahead of the generation',
    { generation: 1, observed: 2, wanted: 1, replicas: 1, updated: 1, available: 1 },
    'complete',
    '1 of 1',
  ],
  ['no replicas wanted', { wanted: 0, replicas: 0, updated: 0, available: 0 }, 'progressing', 'scaled to zero'],
  [
    'paused before it began',
    { wanted: 2, replicas: 2, updated: 0, available: 2, paused: true },
    'progressing',
    'paused',
  ],
  [
    'paused after it was done',
    { wanted: 2, replicas: 2, updated: 2, available: 2, paused: true },
    'complete',
    '2 of 2',
  ],
])('%s', (_, given, status, reason) => {
  const told = rolloutStatus(deployment(given));
  expect(told.status).toBe(status);
  expect(told.reason).toContain(reason);
});

test.each([
  ['7', 7],
  ['', 0],
  ['seven', 0],
  ['-1', 0],
  ['1.5', 0],
  // The next number after it would be none that a record may hold.
  [String(Number.MAX_SAFE_INTEGER), 0],
])('the number “%s” on a workload is %i', (written, number) => {
  const { metadata, ...rest } = deployment({ wanted: 1, replicas: 1, updated: 1, available: 1 });
  expect(numberOf({ ...rest, metadata: { ...metadata, annotations: { 'drover.dev/rollout': written } } })).toBe(number);
});

test('without a number of replicas, one is wanted', () => {
  const one = deployment({ wanted: 1, replicas: 1, updated: 1, available: 1 });
  expect(WorkloadObject.parse({ ...one, spec: { ...one.spec, replicas: undefined } }).spec.replicas).toBe(1);
});

test('a deadline that was exceeded before drover’s last change is not this rollout’s', () => {
  const said = (lastUpdateTime: string) =>
    WorkloadObject.parse({
      metadata: {
        name: 'web',
        uid: 'u',
        resourceVersion: '1',
        generation: 3,
        managedFields: [{ manager: 'drover', operation: 'Apply', time: '2026-01-01T12:00:10Z' }],
      },
      spec: {
        replicas: 1,
        selector: { matchLabels: {} },
        template: { spec: { containers: [{ name: 'web', image: 'i' }] } },
      },
      status: {
        observedGeneration: 3,
        replicas: 2,
        updatedReplicas: 1,
        availableReplicas: 1,
        conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', lastUpdateTime }],
      },
    });
  expect(rolloutStatus(said('2026-01-01T12:00:05Z'))).toEqual({
    status: 'progressing',
    reason: 'waiting for 1 old pod to end',
  });
  expect(rolloutStatus(said('2026-01-01T12:00:14Z')).status).toBe('failed');
});

test('a ReplicaSet that was refused before drover’s last change is not this rollout’s', () => {
  const said = (lastUpdateTime: string) =>
    WorkloadObject.parse({
      metadata: {
        name: 'web',
        uid: 'u',
        resourceVersion: '1',
        generation: 3,
        managedFields: [{ manager: 'drover', operation: 'Apply', time: '2026-01-01T12:00:10Z' }],
      },
      spec: { replicas: 1, selector: {}, template: { spec: { containers: [] } } },
      status: {
        observedGeneration: 2,
        conditions: [
          { type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError', message: 'no', lastUpdateTime },
        ],
      },
    });
  const now = Date.parse('2026-01-01T12:00:13Z');
  expect(replicaSetRefused(said('2026-01-01T12:00:05Z'), now)).toBeUndefined();
  expect(replicaSetRefused(said('2026-01-01T12:00:10Z'), now - 1)).toBeUndefined();
  expect(replicaSetRefused(said('2026-01-01T12:00:10Z'), now)).toBe('no new ReplicaSet can be made: no');
});
