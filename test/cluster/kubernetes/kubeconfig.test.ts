import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clusterOf } from '../../../lib/cluster/kubernetes/cluster-of.ts';
import { Kubeconfig, kubeconfigAccess } from '../../../lib/cluster/kubernetes/kubeconfig.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const config = Kubeconfig.parse({
  'current-context': 'kind',
  contexts: [
    { name: 'kind', context: { cluster: 'one', user: 'certified' } },
    { name: 'herd', context: { cluster: 'two', user: 'bearer' } },
  ],
  clusters: [
    { name: 'one', cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority-data': base64('ca') } },
    { name: 'two', cluster: { server: 'https://10.0.0.1' } },
  ],
  users: [
    { name: 'certified', user: { 'client-certificate-data': base64('cert'), 'client-key-data': base64('key') } },
    { name: 'bearer', user: { token: 'secret' } },
  ],
});

test("the context of the cluster's name is taken, else the current one", async () => {
  const named = kubeconfigAccess(config, 'herd');
  expect(named.server).toBe('https://10.0.0.1');
  expect(await named.token?.(false)).toBe('secret');
  expect(kubeconfigAccess(config, 'production')).toEqual({
    server: 'https://127.0.0.1:6443',
    ca: 'ca',
    cert: 'cert',
    key: 'key',
  });
});

test('without either it is said', () => {
  expect(() => kubeconfigAccess({ ...config, 'current-context': '' }, 'production')).toThrow('no context production');
  expect(() => kubeconfigAccess({ ...config, clusters: [] }, 'herd')).toThrow('no context herd');
});

test('one that cannot be read, or is none, is told in one line where a cluster is asked for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drover-kubeconfig-'));
  const kubeconfig = join(folder, 'config.json');
  const place = {
    cluster: 'herd',
    namespace: 'n',
    workloads: [{ kind: 'Deployment' as const, name: 'web', container: 'web' }],
    create: false,
  };
  const look = () => clusterOf({ region: 'eu-west-1', kubeconfig, now: () => 0 }).look(place);
  expect(await look()).toEqual({ kind: 'refused', reason: `${kubeconfig} cannot be read (ENOENT)` });
  writeFileSync(kubeconfig, 'apiVersion: v1');
  expect(await look()).toEqual({ kind: 'refused', reason: `${kubeconfig} is no kubeconfig in JSON` });
  rmSync(folder, { recursive: true });
});
