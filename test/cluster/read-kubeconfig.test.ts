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

test('a file that is not there is told', () => {
  expect(() => readKubeconfig(join(folder, 'none'))).toThrow('ENOENT');
});
