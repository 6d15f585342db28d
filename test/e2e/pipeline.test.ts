import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseHerd } from '../../lib/codebase/parse-herd.ts';
import { droverApi } from '../../local/demo/drover-api.ts';
import { decide, git } from '../../local/demo/person.ts';
import { logToFile } from '../../local/log-to-file.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import { expectNoLeak } from '../contracts/secrecy.ts';
import { temporaryFolder } from '../disk/folder.ts';

const herd = `
defaults: { organisation: acme, environments: [{ name: production, create: true, stability: 1s, rolloutDeadline: 40s }] }
codebases: [{ name: hello, language: node }]
`;

let stack: Stack;
const folder = temporaryFolder();
const log = join(folder, 'functions.log');
const problems: string[] = [];

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
    onProblem: (line) => problems.push(line),
  });
  logToFile(log);
}, 30_000);
afterAll(async () => {
  await stack?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The real handlers of `functions/`, by a real push, a real build and a real click. */
test('from a push to a running service, and nothing secret in the log', async () => {
  const api = droverApi(stack.url, stack.token);
  const { folder: clone } = stack.clone('hello');
  await git(clone, 'push', '--quiet');
  const commit = await git(clone, 'rev-parse', 'HEAD');
  await api.releaseOnce('hello', commit, ({ environments }) => environments.production?.state === 'asked', 'asked');
  const link = (await stack.approvalLink('hello', 'production')) ?? '';
  expect((await fetch(link)).status).toBe(200);
  expect((await decide(link, 'approve', 'Ann')).status).toBe(200);
  await api.releaseOnce('hello', commit, ({ environments }) => environments.production?.state === 'live', 'live');
  const answer = await fetch(stack.service('hello', 'production')());
  expect(answer.headers.get('x-commit')).toBe(commit);

  const { entries } = await api.release('hello', commit);
  expect(entries.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      'pushed',
      'queued',
      'build-started',
      'build-succeeded',
      'built',
      'offered',
      'approved',
      'applied',
      'live',
    ]),
  );
  expect(entries.find(({ what }) => what === 'build-started')?.text).toMatch(
    / started on a large machine: nothing of it has been built yet$/,
  );
  expect(entries.find(({ what }) => what === 'approved')?.by).toEqual({ name: 'Ann', how: 'claimed-on-link' });

  // What `npm start` writes for another terminal is all that the command needs.
  const drover = async (...words: string[]) => {
    const env = { PATH: process.env.PATH, ...stack.environment };
    return (await promisify(execFile)(process.execPath, ['cli/drover.ts', ...words], { env })).stdout;
  };
  expect(await drover('release', 'hello', commit)).toMatch(/^TESTS +3 tests passed$/m);
  expect(await drover('logs', 'hello')).toMatch(/Entering phase INSTALL.*Report tests: 3 tests, 0 failed/s);

  expect(problems).toEqual([]);
  const lines = readFileSync(log, 'utf8').split('\n');
  // From push to live, each line names the release or the target.
  expect(lines.join('\n')).toContain(commit);
  expectNoLeak(lines, [stack.token, link, link.split('/').at(-1) ?? link, stack.secret, stack.approvalKey]);
}, 90_000);

test('the local page lists it', async () => {
  const page = await (await fetch(`${stack.url}/`)).text();
  expect(page).toContain('hello');
  expect(page).toContain('Nothing waits for you');
});

test('a push that is not signed is refused, and nothing is written', async () => {
  const answer = await fetch(`${stack.url}/webhooks/github`, {
    method: 'POST',
    body: '{}',
    headers: { 'x-github-event': 'push' },
  });
  expect(answer.status).toBe(401);
});
