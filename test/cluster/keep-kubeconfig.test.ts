import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { resolveHerd } from '../../lib/codebase/resolve-herd.ts';
import { keepKubeconfig } from '../../local/cluster/keep-kubeconfig.ts';
import { openKubeconfig } from '../../local/cluster/open-kubeconfig.ts';
import { testFolder } from '../disk/folder.ts';

const codebasesAt = (...clusters: string[]) =>
  resolveHerd({
    codebases: clusters.map((cluster) => ({
      name: `to-${cluster}`,
      language: 'node' as const,
      environments: [{ name: 'production', cluster }],
    })),
  }).codebases;

test('a herd that names a cluster without a context is refused, and what functions read stays', async () => {
  const folder = testFolder();
  const file = join(folder, 'config');
  const contexts = [{ name: 'east', context: { cluster: 'east', user: 'me' } }];
  const clusters = [{ name: 'east', cluster: { server: 'https://127.0.0.1:1' } }];
  const users = [{ name: 'me', user: { token: 'a-token' } }];
  writeFileSync(file, JSON.stringify({ 'current-context': 'east', contexts, clusters, users }));
  const kept = join(folder, 'kubeconfig.json');
  const keeping = keepKubeconfig(
    kept,
    (codebases) => openKubeconfig(file, codebases),
    () => undefined,
  );
  onTestFinished(keeping.close);

  keeping.write(codebasesAt('east'));
  const before = readFileSync(kept, 'utf8');
  expect(JSON.parse(before)).toMatchObject({ 'current-context': 'east' });
  expect(statSync(kept).mode & 0o077).toBe(0);
  expect(() => keeping.write(codebasesAt('east', 'west'))).toThrow(/has no context west, the cluster of to-west/);
  expect(readFileSync(kept, 'utf8')).toBe(before);
});
