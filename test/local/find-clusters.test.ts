import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseHerd } from '../../lib/codebase/parse-herd.ts';
import { elsewhereLines, findClusters } from '../../local/cluster/find-clusters.ts';
import { type LocalCluster, startCluster } from '../../local/cluster/start-cluster.ts';
import { temporaryFolder } from '../disk/folder.ts';

const folder = temporaryFolder();
let cluster: LocalCluster;
beforeAll(async () => {
  cluster = await startCluster({
    port: 0,
    folder: join(folder, 'cluster'),
    registry: 'http://127.0.0.1:1',
    verifyToken: async (token) => (token === 'good' ? 'admin' : undefined),
  });
});
afterAll(async () => {
  await cluster?.close();
  rmSync(folder, { recursive: true });
});

function codebasesOf(environment: string) {
  const parsed = parseHerd(`
defaults: { organisation: acme, environments: [${environment}] }
codebases: [{ name: shop, language: go }]`);
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
  return parsed.herd.codebases;
}

function kubeconfig({ server = cluster.endpoint, token = 'good', current = 'kind-kind' } = {}): string {
  const file = join(folder, 'config');
  writeFileSync(
    file,
    `apiVersion: v1
kind: Config
current-context: ${JSON.stringify(current)}
contexts: [{name: kind-kind, context: {cluster: one, user: me}}]
clusters: [{name: one, cluster: {server: "${server}"}}]
users: [{name: me, user: {token: ${token}}}]
`,
  );
  return file;
}

const makes = codebasesOf('{ name: production, create: true }');
const messageOf = (found: Promise<unknown>) =>
  found.then(
    () => 'found',
    (error: Error) => error.message,
  );

test('an environment without a cluster of its own goes to the current context', async () => {
  const found = await findClusters(kubeconfig(), makes);
  expect(found).toMatchObject({
    name: 'kind-kind',
    servers: [{ cluster: 'production', server: cluster.endpoint }],
    missing: [],
  });
  expect(elsewhereLines(found, '127.0.0.1:4802')[0]).toBe(`  Cluster production is ${cluster.endpoint}.`);
});

test('what is missing is told, and does not stop it', async () => {
  const { missing } = await findClusters(kubeconfig(), codebasesOf('{ name: production }'));
  expect(missing).toEqual([
    expect.stringMatching(/^shop in production: there is no Deployment shop in namespace default/),
  ]);
});

describe('one plain line', () => {
  const toOne = 'contexts: [{name: production, context: {cluster: one, user: me}}]\n';

  test('no such file', async () => {
    const file = join(folder, 'none');
    expect(await messageOf(findClusters(file, makes))).toBe(
      `The kubeconfig ${file} cannot be used: no such file or directory, open '${file}'`,
    );
  });

  test.each([
    ['not YAML', '{'],
    ['not a kubeconfig', 'clusters: 3'],
    ['a server that is no address', `${toOne}clusters: [{name: one, cluster: {server: nowhere}}]`],
    [
      'a certificate that is not there',
      `${toOne}clusters: [{name: one, cluster: {server: "https://h", certificate-authority: ca.pem}}]`,
    ],
  ])('%s', async (_, text) => {
    const file = join(folder, 'wrong');
    writeFileSync(file, text);
    const message = await messageOf(findClusters(file, makes));
    expect(message).toMatch(new RegExp(`^The kubeconfig ${file} cannot be used: .+`));
    expect(message).not.toContain('\n');
  });

  test('a cluster that a person named is never another one', async () => {
    const file = kubeconfig();
    expect(await messageOf(findClusters(file, codebasesOf('{ name: production, cluster: prod }')))).toBe(
      `The kubeconfig ${file} has no context prod, the cluster of shop in production; it has: kind-kind.`,
    );
  });

  test('no current context', async () => {
    const file = kubeconfig({ current: '' });
    expect(await messageOf(findClusters(file, makes))).toBe(
      `The kubeconfig ${file} has no context production and no current context; it has: kind-kind.`,
    );
  });

  test('a refused token', async () => {
    expect(await messageOf(findClusters(kubeconfig({ token: 'bad' }), makes))).toBe(
      `Cluster production: ${cluster.endpoint} does not know us (401): the token is refused or no access entry names our role.`,
    );
  });

  test('nobody answers', async () => {
    expect(await messageOf(findClusters(kubeconfig({ server: 'http://127.0.0.1:1' }), makes))).toBe(
      'Cluster production: http://127.0.0.1:1 cannot be reached (ECONNREFUSED).',
    );
  });
});
