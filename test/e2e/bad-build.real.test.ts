import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseHerd } from '../../lib/codebase/parse-herd.ts';
import { droverApi } from '../../local/demo/drover-api.ts';
import { git } from '../../local/demo/person.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import { temporaryFolder } from '../disk/folder.ts';

const herd = `
defaults: { organisation: acme, environments: [{ name: production, create: true }] }
codebases: [{ name: hello, language: node }]
`;

let stack: Stack;
const folder = temporaryFolder();
beforeAll(async () => {
  const parsed = parseHerd(herd);
  if (parsed.kind !== 'herd') throw new Error('the herd of the test is wrong');
  stack = await startStack({
    folder: join(folder, 'state'),
    clones: join(folder, 'clones'),
    file: parsed.file,
    port: 0,
    intervals: { lease: 30, look: 3, watch: 1, sweep: 1 },
    onBuildLine: () => undefined,
    onProblem: () => undefined,
  });
}, 30_000);
afterAll(async () => {
  await stack?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a developer commits, and the one line that the release's record says: through webhook, build, event and record. */
test.each([
  ['two lockfiles', { 'yarn.lock': '' }, 'install: there are lockfiles of npm yarn: keep one'],
  [
    'a test that the kernel kills',
    {
      'yarn.lock': undefined,
      'killed.test.js': "process.kill(process.ppid, 'SIGKILL');\nprocess.kill(process.pid, 'SIGKILL');\n",
    },
    /^test: killed, as a machine does when its memory is used up/,
  ],
])(
  '%s: the release failed with one plain line, nobody is asked, and the registry has nothing of it',
  {
    timeout: 60_000,
  },
  async (_, files, reason) => {
    const api = droverApi(stack.url, stack.token);
    const { folder: clone } = stack.clone('hello');
    for (const [path, text] of Object.entries(files))
      if (text === undefined) rmSync(join(clone, path));
      else writeFileSync(join(clone, path), text);
    await git(clone, 'add', '--all');
    await git(clone, 'commit', '--quiet', '--message', 'a mistake');
    await git(clone, 'push', '--quiet');
    const commit = await git(clone, 'rev-parse', 'HEAD');

    const release = await api.releaseOnce('hello', commit, ({ state }) => state === 'failed', 'failed');

    expect(release).toMatchObject({ state: 'failed', reason: expect.stringMatching(reason) });
    expect(release.reason).not.toMatch(/\p{Cc}/u);
    expect(Object.values(release.environments).map(({ state }) => state)).not.toContain('asked');
    expect(await stack.image('hello', commit)).toBeUndefined();
  },
);
