import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppsV1Api, CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { kubernetesCluster } from '../../lib/cluster/kubernetes/kubernetes-cluster.ts';
import { type ClusterOptions, type LocalCluster, startCluster } from '../../local/cluster/start-cluster.ts';
import { type Registry, startRegistry } from '../../local/registry/registry.ts';
import { foreignDeployment } from './foreign-hand.ts';
import { pushNodeImage, service } from './node-image.ts';
import { until } from './until.ts';

const folder = mkdtempSync(join(tmpdir(), 'drover-local-cluster-'));
const open: LocalCluster[] = [];
let registry: Registry;
let one = '';
let two = '';
let runs = 0;

beforeAll(async () => {
  registry = await startRegistry({ port: 0, folder: join(folder, 'registry'), now: Date.now, immutable: false });
  one = await pushNodeImage(registry.url, 'drover/web', service('one'));
  two = await pushNodeImage(registry.url, 'drover/web', service('two'));
});
afterEach(async () => {
  for (const cluster of open.splice(0)) await cluster.close();
});
afterAll(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(more: Partial<ClusterOptions> = {}) {
  runs += 1;
  const own = { port: 0, folder: join(folder, String(runs)), registry: registry.url, ...more };
  const local = await startCluster(own);
  open.push(local);
  return {
    local,
    folder: own.folder,
    drover: kubernetesCluster({ access: async () => ({ server: local.endpoint }), now: Date.now }),
  };
}

const place = {
  cluster: 'here',
  namespace: 'default',
  workloads: [{ kind: 'Deployment' as const, name: 'web', container: 'web' }],
  create: true,
};
const order = (image: string, number: number, expected: (string | null)[]) => ({
  image,
  number,
  expected,
  release: 'a'.repeat(40),
  stillCurrent: async () => true,
});
const complete = (drover: ReturnType<typeof kubernetesCluster>, image: string) =>
  until(15, async () => ((await drover.watch(place, image)).status === 'complete' ? true : undefined));

test('no request fails while one version replaces another, not even one that is slow', async () => {
  const { local, drover } = await start();
  await drover.apply(place, order(one, 1, [null]));
  await complete(drover, one);
  const [{ url } = { url: '' }] = local.services();
  const answers: string[] = [];
  let asking = true;
  const client = async (path: string) => {
    while (asking) {
      const answer = await fetch(url + path);
      answers.push(`${answer.status} ${(await answer.text()).trim()}`);
    }
  };
  const clients = [client('/'), client('/'), client('/slow'), client('/slow')];
  await until(5, async () => (answers.length > 20 ? true : undefined));
  await drover.apply(place, order(two, 2, [one]));
  await complete(drover, two);
  await until(5, async () => (answers.slice(-10).every((answer) => answer === '200 two') ? true : undefined));
  asking = false;
  await Promise.all(clients);
  expect([...new Set(answers)].sort()).toEqual(['200 one', '200 two']);
});

test('a release that never gets ready takes nothing away, and going back is at once', async () => {
  const bad = await pushNodeImage(registry.url, 'drover/web', 'process.exit(1)');
  const { local, drover } = await start({ backOffMs: 200 });
  await drover.apply(place, order(one, 1, [null]));
  await complete(drover, one);
  await drover.apply(place, order(bad, 2, [one]));
  const failed = await until(15, async () => {
    const watched = await drover.watch(place, bad);
    return watched.status === 'failed' ? watched : undefined;
  });
  expect(failed.reason).toMatch(/keeps crashing/);
  const [{ url } = { url: '' }] = local.services();
  expect(await (await fetch(url)).text()).toContain('one');
  await drover.apply(place, order(one, 3, [bad]));
  await complete(drover, one);
});

test('a later start finds what ran, at the same address', async () => {
  const first = await start();
  await first.drover.apply(place, order(one, 1, [null]));
  await complete(first.drover, one);
  const [before] = first.local.services();
  await open.pop()?.close();
  await expect(fetch(before?.url ?? '')).rejects.toThrow();
  const second = await start({ folder: first.folder });
  expect(second.local.services()).toEqual([before]);
  await until(10, async () => ((await fetch(before?.url ?? '')).ok ? true : undefined));
  expect(await second.drover.look(place)).toEqual({ kind: 'running', image: one, number: 1 });
});

test('what a killed run left is ended: by its guard, and the next start works', async () => {
  const own = join(folder, 'killed');
  const script = `
    const { startCluster } = await import(${JSON.stringify(fileURLToPath(new URL('../../local/cluster/start-cluster.ts', import.meta.url)))});
    const cluster = await startCluster({ port: 0, folder: ${JSON.stringify(own)}, registry: ${JSON.stringify(registry.url)} });
    console.log(cluster.endpoint);
  `;
  const run = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const endpoint = await new Promise<string>((resolve) =>
    run.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())),
  );
  const drover = kubernetesCluster({ access: async () => ({ server: endpoint }), now: Date.now });
  await drover.apply(place, order(one, 1, [null]));
  await complete(drover, one);
  const [ledger = ''] = readdirSync(join(own, 'processes'));
  const pids = readdirSync(join(own, 'processes', ledger)).map(Number);
  expect(pids).toHaveLength(2);
  run.kill('SIGKILL');
  await until(10, async () => (pids.every((pid) => !isRunning(pid)) ? true : undefined));
  const { drover: next } = await start({ folder: own });
  await complete(next, one);
});

test('a second cluster in the same place fails on its port, and ends nothing', async () => {
  const { local, folder: own, drover } = await start();
  await drover.apply(place, order(one, 1, [null]));
  await complete(drover, one);
  await expect(
    startCluster({ port: Number(new URL(local.endpoint).port), folder: own, registry: registry.url }),
  ).rejects.toThrow('cannot listen');
  expect((await fetch(local.services()[0]?.url ?? '')).status).toBe(200);
});

test('a client that drover did not write makes, patches, lists and deletes, and sees conflicts of field managers', async () => {
  const { local } = await start();
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'c', server: local.endpoint, skipTLSVerify: true }],
    users: [{ name: 'u' }],
    contexts: [{ name: 'c', cluster: 'c', user: 'u' }],
    currentContext: 'c',
  });
  const apps = config.makeApiClient(AppsV1Api);
  const core = config.makeApiClient(CoreV1Api);
  const namespace = 'default';
  await apps.createNamespacedDeployment({
    namespace,
    body: foreignDeployment('web', one, { replicas: 1 }),
    fieldManager: 'helm',
  });
  await until(10, async () =>
    (await apps.readNamespacedDeployment({ namespace, name: 'web' })).status?.availableReplicas === 1
      ? true
      : undefined,
  );
  const pods = await core.listNamespacedPod({ namespace, labelSelector: 'app=web' });
  expect(pods.items.map(({ status }) => status?.phase)).toEqual(['Running']);
  expect((await core.listNamespacedPod({ namespace, labelSelector: 'app in (other)' })).items).toEqual([]);
  const patch = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { template: { spec: { containers: [{ name: 'web', image: two }] } } },
  };
  const apply = (force?: boolean) =>
    apps.patchNamespacedDeployment(
      { namespace, name: 'web', body: patch, fieldManager: 'flux', ...(force && { force }) },
      setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply),
    );
  await expect(apply()).rejects.toMatchObject({
    code: 409,
    body: expect.stringContaining('conflicts with \\"helm\\"'),
  });
  expect((await apply(true)).spec?.template.spec?.containers[0]?.image).toBe(two);
  await expect(
    apps.createNamespacedDeployment({ namespace, body: foreignDeployment('web', one, {}) }),
  ).rejects.toMatchObject({ code: 409 });
  await apps.deleteNamespacedDeployment({ namespace, name: 'web' });
  await expect(apps.readNamespacedDeployment({ namespace, name: 'web' })).rejects.toMatchObject({ code: 404 });
  await until(10, async () => ((await core.listNamespacedPod({ namespace })).items.length === 0 ? true : undefined));
});

/** Ended and not yet taken note of by the system (a zombie) is ended. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
