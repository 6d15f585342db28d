import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { run } from '../../cli/run.ts';
import type { CliServices } from '../../cli/services.ts';
import { accessManifests } from '../../infra/access-manifests.ts';
import { ClusterError } from '../../lib/cluster/cluster-error.ts';
import type { KubernetesApi } from '../../lib/cluster/kubernetes/api.ts';
import { preflight } from '../../lib/cluster/kubernetes/preflight.ts';
import { rightsFor } from '../../lib/cluster/kubernetes/rights.ts';
import { resolveHerd } from '../../lib/codebase/resolve-herd.ts';
import { foreignDeployment, makeDeployment } from '../cluster/foreign-hand.ts';
import { startLocalCluster } from '../cluster/local-cluster.ts';

let it: Awaited<ReturnType<typeof startLocalCluster>>;
beforeAll(async () => {
  it = await startLocalCluster();
  for (const name of ['allowed', 'other'])
    await makeDeployment(it.admin, it.namespace, foreignDeployment(name, it.images.one, { replicas: 0 }));
});
afterAll(() => it?.close());

const herdFor = (name: string, workload: string, container = 'web', create = false) =>
  resolveHerd({
    codebases: [
      {
        name,
        language: 'node',
        repository: `flock/${name}`,
        environments: [
          {
            name: 'production',
            cluster: 'main',
            namespace: it.namespace,
            create,
            workloads: [{ name: workload, container }],
          },
        ],
      },
    ],
  });

const drover = (herd: ReturnType<typeof herdFor>, api: KubernetesApi, more: Partial<CliServices> = {}) =>
  run(['preflight'], {
    env: {},
    folder: '.',
    git: async () => ({ code: 1, out: '', err: '' }),
    program: async () => undefined,
    fetch,
    now: Date.now,
    random: () => Buffer.alloc(0),
    parameter: async () => undefined,
    tokenTable: () => {
      throw new Error('no table is needed');
    },
    loadHerd: () => herd,
    reach: async () => api,
    repositoryExists: async () => true,
    buildLog: { find: async () => undefined, read: async () => undefined },
    print: () => {},
    wait: async () => {},
    ...more,
  });

describe('drover preflight', () => {
  test('says that all is ready, with exit code 0', async () => {
    expect(await drover(herdFor('shop', 'allowed'), it.restrictedApi)).toEqual({
      code: 0,
      out: 'shop: ready\nshop/production: ready',
      err: '',
    });
  });

  test.each<[string, () => Promise<Awaited<ReturnType<typeof drover>>>, string[]]>([
    [
      'a repository that is not there',
      () => drover(herdFor('shop', 'allowed'), it.admin, { repositoryExists: async () => false }),
      ['shop: the registry has no repository drover/shop: deploy drover first'],
    ],
    [
      'each right that is missing',
      () => drover(herdFor('shop', 'other'), it.restrictedApi),
      [
        'shop/production: drover may not get deployments.apps other in namespace contract',
        'shop/production: drover may not patch deployments.apps other in namespace contract',
      ],
    ],
    [
      'the rights to make what is missing',
      () => drover(herdFor('shop', 'allowed', 'web', true), it.restrictedApi),
      [
        'shop/production: drover may not create deployments.apps in namespace contract',
        'shop/production: drover may not create services in namespace contract',
      ],
    ],
    [
      'a workload, with what is there instead',
      () => drover(herdFor('shop', 'absent'), it.admin),
      ['shop/production: there is no Deployment absent in namespace contract; there are: allowed, other'],
    ],
    [
      'a container, with what is there instead',
      () => drover(herdFor('shop', 'other', 'app'), it.admin),
      ['shop/production: Deployment other in namespace contract has no container app; it has: web'],
    ],
    [
      'a cluster that does not answer, or does not know us',
      () =>
        drover(herdFor('shop', 'other'), it.admin, {
          reach: async () => {
            throw new ClusterError('unauthorized', 'it does not take the token', { retryable: true });
          },
        }),
      ['shop/production: cluster main: it does not take the token'],
    ],
  ])('names %s, with exit code 1', async (_, ran, lines) => {
    const { code, out } = await ran();
    expect(code).toBe(1);
    expect(out.split('\n').filter((line) => !line.endsWith(': ready'))).toEqual(lines);
  });

  // The Status is that of Kubernetes 1.35.
  test('names a namespace that is not there for what is to be made, and is silent where it may not ask', async () => {
    const answering =
      (status: number, body: unknown): KubernetesApi =>
      async (request) =>
        request.path === `/api/v1/namespaces/${it.namespace}` ? { status, body } : it.admin(request);
    const details = { name: it.namespace, kind: 'namespaces' };
    const absent = answering(404, { kind: 'Status', status: 'Failure', reason: 'NotFound', details, code: 404 });
    const herd = herdFor('shop', 'absent', 'web', true);
    expect((await drover(herd, absent)).out).toContain(
      'shop/production: there is no namespace contract: kubectl create namespace contract',
    );
    expect((await drover(herd, answering(403, {}))).code).toBe(0);
    expect((await drover(herd, it.admin)).code).toBe(0);
  });

  test('names a pull secret that is not there, and is silent of one that it may not read', async () => {
    const deployment = foreignDeployment('secret', it.images.one, { replicas: 0 });
    const object = { ...deployment, metadata: { ...deployment.metadata, uid: 'u', resourceVersion: '1' } };
    const template = {
      ...object.spec.template,
      spec: { ...object.spec.template.spec, imagePullSecrets: [{ name: 'registry' }] },
    };
    const answering =
      (secret: number): KubernetesApi =>
      async ({ method, path }) => {
        if (method === 'POST') return { status: 201, body: { status: { allowed: true } } };
        if (path.includes('/secrets/')) return { status: secret, body: {} };
        return { status: 200, body: { ...object, spec: { ...object.spec, template } } };
      };
    const place = {
      cluster: 'c',
      namespace: 'n',
      workloads: [{ kind: 'Deployment' as const, name: 'secret', container: 'web' }],
      create: false,
    };
    expect(await preflight(answering(404), place)).toEqual([
      'secret names the pull secret registry, which is not in namespace n',
    ]);
    expect(await preflight(answering(403), place)).toEqual([]);
  });
});

test.each([false, true])('asks for the rights of the Role that it prints, and no others (create: %s)', (create) => {
  const herd = resolveHerd({
    codebases: [
      {
        name: 'shop',
        language: 'node',
        repository: 'flock/shop',
        environments: [
          {
            name: 'production',
            cluster: 'main',
            create,
            workloads: [{ name: 'web' }, { kind: 'StatefulSet', name: 'db' }, { kind: 'DaemonSet', name: 'agent' }],
          },
        ],
      },
    ],
  });
  const [role] = parseAllDocuments(accessManifests(herd)[0]?.manifests ?? '').map((document) => document.toJS());
  type Rule = { apiGroups: string[]; resources: string[]; verbs: string[]; resourceNames?: string[] };
  const given = role.rules.flatMap(({ apiGroups, resources, verbs, resourceNames = [''] }: Rule) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) => resourceNames.map((name) => `${verb} ${group}/${resource} ${name}`)),
      ),
    ),
  );
  const environment = herd.codebases[0]?.environments[0];
  const asked = environment && rightsFor(environment);
  const wanted = asked?.map(
    ({ group, resource, subresource, verb, name = '' }) =>
      `${verb} ${group}/${resource}${subresource === undefined ? '' : `/${subresource}`} ${name}`,
  );
  expect(wanted?.toSorted()).toEqual(given.toSorted());
});
