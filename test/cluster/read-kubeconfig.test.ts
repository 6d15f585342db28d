import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { kubeconfigAccess } from '../../lib/cluster/kubernetes/kubeconfig.ts';
import { readKubeconfig } from '../../local/cluster/read-kubeconfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'drover-kubeconfig-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('files beside it, tokens and commands that give a credential are read', async () => {
  for (const name of ['ca', 'cert', 'key', 'token']) writeFileSync(join(folder, name), `${name} of the cluster\n`);
  const path = join(folder, 'config');
  writeFileSync(
    path,
    `apiVersion: v1
kind: Config
current-context: files
contexts:
  - {name: files, context: {cluster: one, user: files}}
  - {name: command, context: {cluster: one, user: command}}
  - {name: token, context: {cluster: one, user: token}}
clusters:
  - {name: one, cluster: {server: "https://127.0.0.1:6443", certificate-authority: ca}}
users:
  - {name: files, user: {client-certificate: cert, client-key: key}}
  - {name: token, user: {tokenFile: token}}
  - name: command
    user:
      exec:
        command: sh
        args: [-c, 'echo "{\\"status\\":{\\"token\\":\\"$GIVEN\\"}}"']
        env: [{name: GIVEN, value: secret}]
`,
  );
  const config = readKubeconfig(path);
  expect(kubeconfigAccess(config, 'any')).toEqual({
    server: 'https://127.0.0.1:6443',
    ca: 'ca of the cluster\n',
    cert: 'cert of the cluster\n',
    key: 'key of the cluster\n',
  });
  expect(await kubeconfigAccess(config, 'command').token?.(false)).toBe('secret');
  expect(await kubeconfigAccess(config, 'token').token?.(false)).toBe('token of the cluster');
});

test('nothing is read, run or kept of clusters that nobody rolls out to', () => {
  const path = join(folder, 'many');
  writeFileSync(
    path,
    `current-context: here
contexts:
  - {name: here, context: {cluster: here, user: me}}
  - {name: staging, context: {cluster: staging, user: me}}
  - {name: elsewhere, context: {cluster: elsewhere, user: other}}
  - {name: broken, context: {cluster: broken, user: broken}}
clusters:
  - {name: here, cluster: {server: "https://127.0.0.1:6443"}}
  - {name: staging, cluster: {server: "https://127.0.0.1:6444"}}
  - {name: elsewhere, cluster: {server: "https://127.0.0.1:6445", certificate-authority: gone}}
  - {name: broken, cluster: {server: "https://127.0.0.1:6446"}}
users:
  - {name: me, user: {token: mine}}
  - {name: other, user: {token: not-for-this}}
  - {name: broken, user: {exec: {command: there-is-no-such-program}}}
`,
  );
  expect(() => readKubeconfig(path)).toThrow();
  const config = readKubeconfig(path, ['production', 'staging']);
  expect(config.clusters.map(({ name }) => name)).toEqual(['here', 'staging']);
  expect(kubeconfigAccess(config, 'production').server).toBe('https://127.0.0.1:6443');
  expect(JSON.stringify(config)).not.toContain('not-for-this');
  // What the file has is still said where a context is missing.
  expect(config.contexts).toHaveLength(4);
});

test('a file that is not there is told', () => {
  expect(() => readKubeconfig(join(folder, 'none'))).toThrow('ENOENT');
});
