import { beforeEach, expect, test } from 'vitest';
import { run } from '../../cli/run.ts';
import type { CliServices } from '../../cli/services.ts';
import type { BuildLog } from '../../lib/build/build-log.ts';
import { releaseView } from '../../lib/history/record-views.ts';
import type { Release } from '../../lib/release/record.ts';
import { aRelease, newCommit } from '../approval/records.ts';

/** Everything that the command asks, as a script: what is so now, and what each wait makes of it. */
const is = {
  release: undefined as Release | undefined,
  log: undefined as string[] | undefined,
  hasEnded: false,
  isKnown: true,
  later: [] as (() => void)[],
};
const printed: string[] = [];
beforeEach(() => {
  Object.assign(is, { release: aRelease(), log: undefined, hasEnded: false, isKnown: true, later: [] });
  printed.length = 0;
});

/** Pages of two lines; the token is where they end. */
const buildLog: BuildLog = {
  find: async () => (is.isKnown ? { place: { group: 'g', stream: 's' }, hasEnded: is.hasEnded } : undefined),
  read: async (_, from = '0') => {
    const lines = is.log?.slice(Number(from), Number(from) + 2);
    const next = String(Number(from) + (lines?.length ?? 0));
    return lines && { lines, next, isEnd: lines.length === 0 };
  },
};
const answered = (body: object | undefined) => new Response(JSON.stringify(body ?? {}), { status: body ? 200 : 404 });
const services: CliServices = {
  folder: '.',
  git: async () => ({ code: 1, out: '', err: '' }),
  program: async () => undefined,
  env: { DROVER_URL: 'http://drover.invalid', DROVER_TOKEN: 't' },
  fetch: async (url) => {
    const release = is.release && releaseView(is.release);
    if (String(url).includes('/releases?')) return answered({ releases: release ? [release] : [] });
    return answered(release && { release, entries: [] });
  },
  buildLog,
  print: (line) => printed.push(line),
  wait: async () => is.later.shift()?.(),
  now: () => 0,
  random: Buffer.alloc,
  tokenTable: () => {
    throw new Error('no table is asked for');
  },
  parameter: async () => undefined,
  loadHerd: () => ({ codebases: [], byName: () => undefined, byRepository: () => undefined }),
  reach: async () => async () => ({ status: 404, body: {} }),
  repositoryExists: async () => true,
};
const drover = (line: string) => run(line.split(' '), services);
const { build: _, ...unbuilt } = aRelease();

test('the log of the newest release, page after page', async () => {
  Object.assign(is, { log: ['one', 'two', 'three'], hasEnded: true });
  expect(await drover('logs shop')).toEqual({ code: 0, out: '', err: '' });
  expect(printed).toEqual(['one', 'two', 'three']);
});

test('what is there of a build that runs; with --follow the rest of it, and how it ended', async () => {
  is.log = ['one'];
  await drover('logs shop');
  expect(printed).toEqual(['one']);
  printed.length = 0;
  is.later = [
    () => is.log?.push('two', 'three', 'four'),
    () => Object.assign(is, { hasEnded: true, release: aRelease({ state: 'failed', reason: 'test: 1 of 3 failed' }) }),
    // CodeBuild hands its last lines on after the end.
    () => is.log?.push('five'),
  ];
  const { code, out } = await drover('logs shop 4f2a1c9 --follow');
  expect(printed).toEqual(['one', 'two', 'three', 'four', 'five']);
  expect([code, out.trim()]).toEqual([0, 'shop 4f2a1c9e7b is failed: test: 1 of 3 failed']);
});

test('a build that has not begun is said in a line; with --follow it is waited for', async () => {
  is.release = { ...unbuilt, state: 'queued' };
  const waits = 'shop 4f2a1c9e7b is queued: its build has not begun (--follow waits for it).';
  expect(await drover('logs shop')).toEqual({ code: 1, out: waits, err: '' });
  is.later = [
    () => {},
    () => Object.assign(is, { release: aRelease({ state: 'building' }) }),
    () => Object.assign(is, { log: ['one'], hasEnded: true, release: aRelease() }),
  ];
  expect((await drover('logs shop --follow')).out.trim()).toBe('shop 4f2a1c9e7b is built');
  expect(printed).toEqual(['shop 4f2a1c9e7b is queued: waiting for its build to begin', 'one']);
});

test('one that will never have a build is not waited for', async () => {
  is.release = { ...unbuilt, state: 'queued' };
  is.later = [() => Object.assign(is, { release: { ...unbuilt, state: 'superseded' } })];
  const { code, out } = await drover(`logs shop ${newCommit} --follow`);
  expect([code, out]).toEqual([1, 'shop 4f2a1c9e7b is superseded; it has no build.']);
});

test('a log that is empty yet, a build that is forgotten, a codebase without a release', async () => {
  expect(await drover('logs shop')).toMatchObject({
    code: 1,
    out: 'shop 4f2a1c9e7b: its build has written nothing yet.',
  });
  is.isKnown = false;
  expect(await drover('logs shop')).toMatchObject({
    code: 1,
    out: 'CodeBuild does not know the build drover-shop:1 any more.',
  });
  is.release = undefined;
  expect(await drover('logs shop')).toMatchObject({ code: 1, err: 'shop has no release yet.' });
  expect(await drover('logs shop x y')).toMatchObject({ code: 2, err: expect.stringContaining('one word too many') });
  expect(await drover('logs shop --follow=yes')).toMatchObject({ code: 2 });
});

test('nothing that a build prints moves the cursor, colours the terminal or turns the text around', async () => {
  is.log = [
    '\u001b[2J\u001b[31mred\u001b[0m\ttab',
    'a\u0007b\u009bc',
    '\u202egnp.exe',
    'half \ud83d',
    '\u001b]0;title\u0007end',
  ];
  await drover('logs shop');
  expect(printed).toEqual(['red\ttab', 'ab', 'gnp.exe', 'half \ufffd', 'end']);
});
