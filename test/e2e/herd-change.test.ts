import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { droverApi, until } from '../../local/demo/drover-api.ts';
import { git } from '../../local/demo/person.ts';
import { logToFile } from '../../local/log-to-file.ts';
import { startStack } from '../../local/stack.ts';
import { temporaryFolder } from '../disk/folder.ts';

const person = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org'];
const folder = temporaryFolder();
const list = join(folder, 'codebases.yml');
const state = join(folder, 'state');
const started: ChildProcess[] = [];
afterAll(async () => {
  for (const one of started.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    const ended = once(one, 'exit');
    one.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** As editors do: a file beside it, which then takes its name. */
function write(...codebases: string[]): void {
  const defaults = 'defaults: { organisation: acme, environments: [{ name: production, create: true }] }';
  writeFileSync(`${list}~`, [defaults, 'codebases:', ...(codebases.length > 0 ? codebases : ['  []']), ''].join('\n'));
  renameSync(`${list}~`, list);
}

/** `npm start`, and what it says. */
async function start() {
  const child = spawn(process.execPath, ['local/start.ts', '--port', '0', '--folder', state, '--herd', list], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const says = (words: RegExp) =>
    until(`${words} in\n${said}`, async () => {
      if (child.exitCode !== null) throw new Error(`it ended:\n${said}`);
      return words.exec(said) ?? undefined;
    });
  const [, url = ''] = await says(/waits for you +(http:\S+)\/$/m);
  await says(/Ctrl-C ends it/);
  return { child, says, said: () => said, url, api: droverApi(url, readFileSync(join(state, 'token'), 'utf8').trim()) };
}

test('a line more in the list is built and asked for without a restart, and is there after a kill', async () => {
  write();
  const first = await start();

  // The recipes have tests of their own: what is built here is built as quickly as can be.
  const quick = 'steps: { install: "true", check: "true", test: "true", build: "true" }';
  write('  - { name: pebble, language: nod }');
  await first.says(/codebases\.yml:3:\d+ .*“?nod/);
  await first.says(/The herd stays as it was/);
  write(`  - { name: pebble, language: node, ${quick} }`);
  await first.says(/codebases\.yml is right again/);
  await first.says(/^pebble is in the herd now: \S+\/codebases\/pebble {3}edit, commit, git push$/m);
  const clone = join(state, 'codebases', 'pebble');
  const commit = await git(clone, 'rev-parse', 'HEAD');
  await first.api.releaseOnce(
    'pebble',
    commit,
    ({ environments }) => environments.production?.state === 'asked',
    'asked',
  );
  await first.says(new RegExp(`^\\? pebble ${commit.slice(0, 7)} to production\\? Look and decide:$`, 'm'));
  expect(await (await fetch(`${first.url}/`)).text()).toContain('Decide');
  expect(first.said().match(/“?nod\b/g)).toHaveLength(1);

  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  const second = await start();
  await second.says(/^ {2}pebble +\S+\/codebases\/pebble {3}edit, commit, git push$/m);
  const { release } = await second.api.release('pebble', commit);
  expect(release.environments.production?.state).toBe('asked');

  write(`  - { name: pebble, language: node, buildTimeout: 10m, ${quick} }`);
  await second.says(
    /^pebble is otherwise in the list \(buildTimeout\): that holds from its next build and rollout on\.$/m,
  );
  write();
  await second.says(
    /^pebble is off the list: nothing more of it is built; what runs, its images and its history stay\.$/m,
  );
  expect((await second.api.release('pebble', commit)).release.commit).toBe(commit);
  expect(existsSync(clone)).toBe(true);
  expect(second.said()).not.toMatch(/^ {2}! /m);
}, 120_000);

/** As `drover new` does it: the repository, its first push, then the line. */
test('a push that came before its line is not lost, and its repository is nobody else’s to fill', async () => {
  const own = join(folder, 'own');
  const problems: string[] = [];
  const stack = await startStack({
    folder: join(own, 'state'),
    clones: join(own, 'codebases'),
    file: { defaults: { organisation: 'acme' }, codebases: [] },
    port: 0,
    intervals: { lease: 30, look: 3, watch: 1, sweep: 1 },
    onBuildLine: () => undefined,
    onProblem: (line) => problems.push(line),
  });
  onTestFinished(stack.close);
  logToFile(join(own, 'functions.log'));
  const { url } = await stack.github.createRepository('acme/flint', { branch: 'main' });
  const work = join(own, 'work');
  await git(folder, 'init', '--quiet', '--initial-branch', 'main', work);
  await git(work, 'config', 'http.proxy', '');
  const commits: string[] = [];
  for (const message of ['one', 'two']) {
    await git(work, ...person, 'commit', '--quiet', '--allow-empty', '--message', message);
    await git(work, 'push', '--quiet', url, 'main');
    commits.push(await git(work, 'rev-parse', 'HEAD'));
  }
  await stack.github.settled();
  expect(stack.github.deliveries().map(({ attempts }) => attempts.map(({ answer }) => answer))).toEqual([
    [expect.stringContaining('codebase-not-in-herd')],
    [expect.stringContaining('codebase-not-in-herd')],
  ]);

  const line = { name: 'flint', language: 'node' } as const;
  const { added } = await stack.take({ defaults: { organisation: 'acme' }, codebases: [line] });
  expect(added.map(({ name }) => name)).toEqual(['flint']);
  const [first = '', head = ''] = commits;
  const api = droverApi(stack.url, stack.token);
  expect((await api.release('flint', head)).entries.map(({ what }) => what)).toContain('pushed');
  await expect(api.release('flint', first)).rejects.toThrow('404');
  expect(stack.placeOf('flint')).toEqual({ url, clone: undefined });
  // Taken up once more, it is not delivered a third time.
  await stack.take({ defaults: { organisation: 'acme', branch: 'main' }, codebases: [line] });
  expect(stack.github.deliveries().map(({ attempts }) => attempts.length)).toEqual([1, 2]);

  // Whoever answers while the functions are replaced, the push is in the history in the end.
  await stack.github.createRepository('acme/gravel', { branch: 'main' });
  const both = [line, { name: 'gravel', language: 'node' } as const];
  await Promise.all([
    git(work, 'push', '--quiet', url.replace('flint', 'gravel'), 'main'),
    stack.take({ defaults: { organisation: 'acme' }, codebases: both }),
  ]);
  await api.releaseOnce('gravel', head, () => true, 'in the history');
  expect(problems).toEqual([]);
}, 60_000);
