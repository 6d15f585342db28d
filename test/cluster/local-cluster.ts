import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access } from '../../lib/cluster/kubernetes/api.ts';
import { httpsApi } from '../../lib/cluster/kubernetes/https-api.ts';
import { kubernetesCluster } from '../../lib/cluster/kubernetes/kubernetes-cluster.ts';
import { rightsFor } from '../../lib/cluster/kubernetes/rights.ts';
import type { Right } from '../../local/cluster/access.ts';
import { startCluster } from '../../local/cluster/start-cluster.ts';
import { startRegistry } from '../../local/registry/registry.ts';
import { type ClusterUnderTest, LATER } from '../contracts/cluster.ts';
import { pushForOtherPlatform, pushNodeImage, service } from './node-image.ts';

/** The local cluster with a registry of its own, its images pushed. `access`: as the administrator. */
export async function startLocalCluster(): Promise<ClusterUnderTest & { access: Access }> {
  const folder = mkdtempSync(join(tmpdir(), 'drover-cluster-'));
  const registry = await startRegistry({ port: 0, folder: join(folder, 'registry'), now: Date.now, immutable: false });
  const users: Record<string, string> = { 'admin-token': 'admin', 'drover-token': 'drover' };
  const local = await startCluster({
    port: 0,
    folder: join(folder, 'cluster'),
    registry: registry.url,
    backOffMs: 500,
    verifyToken: async (token) => users[token],
    may: (right) => right.user === 'admin' || ofDroversRole(right),
  });
  const access = (token: string) => ({ server: local.endpoint, token: async () => token });
  const admin = access('admin-token');
  const drover = access('drover-token');
  const push = (program: string) => pushNodeImage(registry.url, 'drover/web', program);
  const one = await push(service('one'));
  return {
    cluster: kubernetesCluster({ access: async () => admin, now: Date.now }),
    later: kubernetesCluster({ access: async () => admin, now: () => Date.now() + LATER }),
    restricted: kubernetesCluster({ access: async () => drover, now: Date.now }),
    admin: httpsApi(admin),
    access: admin,
    restrictedApi: httpsApi(drover),
    namespace: 'contract',
    images: {
      one,
      two: await push(service('two')),
      neverReady: await push(service('never ready', 500)),
      crashing: await push(`console.log('boom'); process.exit(3);`),
      otherPlatform: await pushForOtherPlatform(registry.url, 'drover/web'),
      missing: one.replace(/@.*/, `@sha256:${'0'.repeat(64)}`),
    },
    close: async () => {
      await local.close();
      await registry.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What drover's Role says, for the Deployment `allowed` of the namespace `contract`. */
function ofDroversRole({ verb, group, resource, namespace, name }: Right): boolean {
  return RIGHTS.some(
    (right) =>
      namespace === 'contract' &&
      right.verb === verb &&
      right.group === group &&
      (right.subresource === undefined ? right.resource : `${right.resource}/${right.subresource}`) === resource &&
      (right.name === undefined || right.name === name),
  );
}

const RIGHTS = rightsFor({
  workloads: [{ kind: 'Deployment', name: 'allowed', container: 'web' }],
  create: false,
});
