import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ApiRequest, KubernetesApi } from '../../lib/cluster/kubernetes/api.ts';
import { watch } from '../../lib/cluster/kubernetes/watch.ts';
import { type Failure, failures, type Given, IMAGE, NOW, objectsOf } from './failures.ts';
import { withTables } from './failures-page.ts';
import { refusals } from './refusals.ts';

/** An API server that has these objects, and what it was asked. */
function serving(given: Given) {
  const { workload, sets, pods, events, log } = objectsOf(given);
  const asked: ApiRequest[] = [];
  const api: KubernetesApi = async (request) => {
    asked.push(request);
    const what = request.path.split('/').at(-1);
    if (what === 'log') return { status: 200, body: log };
    const items = { replicasets: sets, pods, events }[what ?? ''];
    return { status: 200, body: items === undefined ? workload : { items } };
  };
  return { api, asked };
}

const look = async ({ given }: Failure) => {
  const { kind = 'Deployment' } = given;
  const { api, asked } = serving(given);
  const place = {
    cluster: 'c',
    namespace: 'shop',
    workloads: [{ kind, name: 'web', container: 'web' }],
    create: false,
  };
  return { watched: await watch(api, place, IMAGE, NOW), asked };
};

test.each(failures)('$name', async (failure) => {
  const { watched, asked } = await look(failure);
  expect(watched).toMatchObject({ status: failure.status, reason: failure.line, image: IMAGE });
  // One plain line, whatever Kubernetes says.
  expect(watched.reason).not.toMatch(/[\n\r]/);
  expect(watched.reason.length).toBeLessThan(900);
  // Itself, its ReplicaSets, its pods, and at most the events and the log of one pod.
  expect(asked.length).toBeLessThanOrEqual(5);
  expect(JSON.stringify(watched)).not.toContain('hunter2');
});

test('a rollout that goes well costs three calls a look, two once it is complete, and none for events', async () => {
  const given = { status: { availableReplicas: 1 }, pod: { status: { phase: 'Running' }, age: 5 } };
  for (const available of [0, 1]) {
    const { api, asked } = serving({ ...given, status: { availableReplicas: available } });
    const place = {
      cluster: 'c',
      namespace: 'shop',
      workloads: [{ kind: 'Deployment' as const, name: 'web', container: 'web' }],
      create: false,
    };
    await watch(api, place, IMAGE, NOW);
    expect(asked.map(({ path }) => path.split('/').at(-1))).toEqual(
      available === 1 ? ['web', 'pods'] : ['web', 'replicasets', 'pods'],
    );
  }
});

test('what is complete is not failed by what an earlier ReplicaSet was refused', async () => {
  const message = 'pods "web-2" is forbidden: exceeded quota: small';
  const stale = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message };
  const { api } = serving({
    status: { availableReplicas: 1, conditions: [stale] },
    pod: { status: { phase: 'Running' } },
  });
  const workloads = [{ kind: 'Deployment' as const, name: 'web', container: 'web' }];
  const place = { cluster: 'c', namespace: 'shop', workloads, create: false };
  expect(await watch(api, place, IMAGE, NOW)).toMatchObject({ status: 'complete' });
});

test('every case that the table names is in the contract suite', () => {
  const suite = ['cluster', 'cluster-failures']
    .map((file) => readFileSync(`test/contracts/${file}.ts`, 'utf8').replaceAll('%s', 'StatefulSet'))
    .join('');
  for (const { contract } of [...failures, ...refusals])
    if (contract !== undefined) expect(suite).toContain(`'${contract}'`);
});

test('the tables of docs/failures.md are these cases (after a change: npx vitest run test/cluster/failures.test.ts -u)', async () => {
  const page = readFileSync('docs/failures.md', 'utf8');
  await expect(withTables(page)).toMatchFileSnapshot('../../docs/failures.md');
});
