import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { accessOf } from '../../../lib/cluster/kubernetes/cluster-of.ts';
import { temporaryFolder } from '../../disk/folder.ts';

const folder = temporaryFolder();
const kubeconfig = join(folder, 'kubeconfig.json');
afterAll(() => rmSync(folder, { recursive: true }));

const write = (token: string) =>
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'one', user: 'me' } }],
      clusters: [{ name: 'one', cluster: { server: 'https://127.0.0.1:6443' } }],
      users: [{ name: 'me', user: { token } }],
    }),
  );

test('a token that was refused is read anew, and the new one is kept', async () => {
  write('first');
  const access = accessOf({ region: 'eu-central-1', kubeconfig, now: Date.now });
  const way = await access('production');
  expect(await way.token?.(false)).toBe('first');
  write('second');
  expect(await way.token?.(false)).toBe('first');
  expect(await way.token?.(true)).toBe('second');
  expect(await way.token?.(false)).toBe('second');
  // The same object: its connections stay.
  expect(await access('production')).toBe(way);
});
