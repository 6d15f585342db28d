import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { until } from '../../local/demo/drover-api.ts';
import { decide, git } from '../../local/demo/person.ts';
import { temporaryFolder } from '../disk/folder.ts';

const folder = temporaryFolder();
const list = join(folder, 'codebases.yml');
const state = join(folder, '.drover');
let child: ChildProcess | undefined;
afterAll(async () => {
  if (child && child.exitCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

const person = {
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.org',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.org',
};

/** A command of drover's in a shell of the person's, after what is to be sourced. */
async function drover(words: string, source = ':'): Promise<string> {
  const line = `${source}; exec "${process.execPath}" cli/drover.ts ${words} --herd '${list}'`;
  const env = { PATH: process.env.PATH, HOME: folder, ...person };
  return (await promisify(execFile)('sh', ['-c', line], { env })).stdout;
}

/** Nothing is edited by hand here: what is written by the test is a herd without codebases, as a repository of drover's begins. */
test('from drover new to live on one machine, while npm start runs', async () => {
  writeFileSync(
    list,
    'defaults: { organisation: acme, environments: [{ name: production, create: true, stability: 1s }] }\ncodebases: []\n',
  );
  const start = ['local/start.ts', '--port', '0', '--folder', state, '--herd', list];
  const running = spawn(process.execPath, start, { stdio: ['ignore', 'pipe', 'inherit'] });
  child = running;
  let said = '';
  running.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const says = (words: RegExp) =>
    until(`${words} in\n${said}`, async () => {
      if (running.exitCode !== null) throw new Error(`it ended:\n${said}`);
      return words.exec(said) ?? undefined;
    });
  await says(/Ctrl-C ends it/);

  const out = await drover('new pebble --language node', `. '${state}/env'`);
  expect(out).toMatch(/^ {2}http:\S+\/acme\/pebble: made, private\n {2}main is pushed$/m);
  const clone = join(state, 'codebases/pebble');
  const commit = await git(clone, 'rev-parse', 'HEAD');
  expect(await git(clone, 'log', '--format=%an %s')).toBe('Ann First version');

  const [, link = ''] = await says(
    new RegExp(`^\\? pebble ${commit.slice(0, 7)} to production\\? Look and decide:\\n +(\\S+)$`, 'm'),
  );
  expect((await decide(link, 'approve', 'Ann')).status).toBe(200);
  const [, address = ''] = await says(new RegExp(`pebble ${commit.slice(0, 7)} is live in production: (\\S+)$`, 'm'));
  const answer = await fetch(address);
  expect([answer.headers.get('x-commit'), await answer.text()]).toEqual([commit, `pebble from ${commit}\n`]);
  expect(said).not.toMatch(/^ {2}! /m);
}, 90_000);
