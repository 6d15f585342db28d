import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../cli/run.ts';
import type { CliServices } from '../../cli/services.ts';
import { verifyToken } from '../../lib/approval/token.ts';
import {
  aRelease,
  askedTarget,
  hour,
  newCommit,
  noon,
  oldCommit,
  oldDigest,
  oldImage,
  shop,
  toldBuild,
} from '../approval/records.ts';
import { type HistoryWorld, historyWorld } from '../history/history-world.ts';

let world: HistoryWorld;
let services: CliServices;
beforeAll(async () => {
  world = await historyWorld();
  const wasLive = { state: 'live' as const, at: noon, version: 2, liveAt: noon - 50 * hour };
  await world.putRelease(aRelease());
  await world.putRelease(
    aRelease({
      commit: oldCommit,
      digest: oldDigest,
      image: oldImage,
      pushedAt: noon - 51 * hour,
      environments: { production: wasLive },
    }),
  );
  await world.putTarget(askedTarget());
  services = {
    env: {
      DROVER_URL: 'http://drover.invalid/',
      DROVER_TOKEN: await world.newToken('operate'),
      DROVER_TABLE: 'drover',
    },
    folder: '.',
    git: async () => ({ code: 1, out: '', err: '' }),
    program: async () => undefined,
    fetch: async (url, init) => {
      const headers = Object.fromEntries(new Headers(init?.headers));
      const raw = typeof init?.body === 'string' ? init.body : '';
      const { status, body } = await world.call(init?.method ?? 'GET', String(url), { headers, raw });
      return new Response(body, { status });
    },
    now: () => noon,
    random: randomBytes,
    tokenTable: (tableName) => ({ client: world.client, tableName }),
    parameter: async (name) => (name === 'approval-key' ? 'the key of the links' : undefined),
    loadHerd: () => ({ codebases: [shop], byName: () => shop, byRepository: () => shop }),
    reach: async () => async () => ({ status: 404, body: {} }),
    repositoryExists: async () => true,
    buildLog: { find: async () => undefined, read: async () => undefined },
    print: () => {},
    wait: async () => {},
  };
});
afterAll(() => world.close());

const drover = (line: string, env: Record<string, string | undefined> = {}) =>
  run(line.split(' '), { ...services, env: { ...services.env, ...env } });

describe('what it shows', () => {
  test.each([
    ['releases', ['2026-11-23T15:00  shop      4f2a1c9e7b  built  staging:live', '91c7d0f2a4']],
    ['releases --environment production --state live', ['91c7d0f2a4']],
    ['releases --codebase none', ['No releases.']],
    ['release shop 4f2a1c9', ['4f2a1c9e7b  built', 'Show prices']],
    ['targets', ['TARGET           LIVE        NOW', 'shop/production  91c7d0f2a4  4f2a1c9e7b waits for approval']],
    ['target shop production', ['waits for approval']],
    ['help', ['drover rollback CODEBASE ENVIRONMENT [COMMIT|baseline] [--number N]']],
    ['access', ['# Cluster main', 'aws eks create-access-entry --cluster-name main', 'kind: RoleBinding']],
  ])('drover %s', async (line, words) => {
    const { code, out, err } = await drover(line);
    expect([code, err]).toEqual([0, '']);
    for (const word of words) expect(out).toContain(word);
  });

  test('drover release, of a build that failed: its steps, the tests with their text, the last lines', async () => {
    const commit = '7'.repeat(40);
    await world.putRelease(
      aRelease({
        codebase: 'till',
        commit,
        state: 'failed',
        reason: 'test: 1 of 42 failed: adds the tax',
        build: toldBuild,
        machine: { size: 'small', why: 'lockfile and toolchain are as in the last good build' },
      }),
    );
    const before = aRelease({ codebase: 'till', commit: '6'.repeat(40), pushedAt: noon - 2 * hour });
    await world.putRelease({ ...before, build: { ...toldBuild, image: { bytes: 12_000_000 } } });
    const { code, out } = await drover('release till 7777777');
    expect(code).toBe(0);
    expect(out.slice(out.indexOf('\n\n') + 2).trimEnd()).toBe(`BUILD    drover-shop:1, took 72 s
MACHINE  ARM_CONTAINER BUILD_GENERAL1_SMALL: lockfile and toolchain are as in the last good build
COST     0.68 cents
CACHE    cache hit, 1 crate compiled
TESTS    1 of 42 tests failed, 2 skipped
IMAGE    12.3 MB, 0.3 MB more than that of 6666666666
LOG      https://logs.example/drover-shop-1

STEP     TOOK
install  12 s
test     3.2 s  failed

✗ adds the tax
    expected 119
    to be 120

Slowest: waits for stock (1.3 s)

The last lines of test:
  39 passed
  1 failed`);
  });

  test('what follows is had by the cursor that it prints', async () => {
    const { out } = await drover('releases --codebase shop --limit 1');
    const [, cursor] = /More: --cursor (\S+)/.exec(out) ?? [];
    expect(out).toContain('4f2a1c9e7b');
    expect((await drover(`releases --codebase shop --limit 1 --cursor ${cursor}`)).out).toContain('91c7d0f2a4');
  });
});

describe('what it does', () => {
  test('hold, refused a second time with what is so now, and unhold', async () => {
    expect(await drover('hold shop production black friday')).toMatchObject({
      code: 0,
      out: 'shop/production: held by operate of CI: black friday; 4f2a1c9e7b waits (taken as it was: holds 0)',
    });
    expect(await drover('hold shop production again')).toMatchObject({
      code: 1,
      err: 'Nothing was changed: held already.\nshop/production now: held by operate of CI: black friday; 4f2a1c9e7b waits (number 6)',
    });
    expect(await drover('unhold shop production --number 1')).toMatchObject({
      code: 0,
      out: 'shop/production: 4f2a1c9e7b waits for approval',
    });
  });

  test('a token is made, works, and is revoked', async () => {
    const { code, out } = await drover('token create laptop --scope read --days 30');
    expect([code, out]).toEqual([0, expect.stringContaining('it may read, until 2026-12-23T16:00:00.000Z.')]);
    const [DROVER_TOKEN = ''] = out.split('\n');
    expect((await drover('targets', { DROVER_TOKEN })).code).toBe(0);
    expect(await drover('unhold shop production', { DROVER_TOKEN })).toMatchObject({
      code: 1,
      err: 'This token has the scope read; this needs operate.',
    });
    expect((await drover(`token revoke ${DROVER_TOKEN}`)).out).toContain('is revoked.');
    expect((await drover('targets', { DROVER_TOKEN })).code).toBe(1);
  });

  test.each([
    ['offer shop production 91c7d0f --number 4', 0, 'waits for approval'],
    ['rollback shop production baseline', 1, 'Nothing ran there before drover came.'],
    ['abort shop production --number 6', 1, 'nothing rolls out'],
    [`rebuild shop ${newCommit}`, 1, 'not to be rebuilt while built'],
  ])('drover %s', async (line, code, words) => {
    const ran = await drover(line);
    expect([ran.code, ran.out + ran.err]).toEqual([code, expect.stringContaining(words)]);
  });
});

test.each([
  ['relases', 'Did you mean “releases”?'],
  ['token', 'There is no command “token”'],
  ['token make', 'Did you mean “token create”?'],
  ['hold shop', 'ENVIRONMENT is missing\nUsage: drover hold'],
  ['hold shop production', 'REASON is missing'],
  ['unhold shop production now', '“now” is one word too many'],
  ['unhold shop production --number x', '--number takes a whole number, not “x”'],
  ['token create me', '--scope is read or operate\n'],
  ['token create me --scope write', 'not “write”'],
  ['releases --codebse shop', "Unknown option '--codebse'"],
  ['token revoke 0123', 'there is no token with the id 0123'],
])('drover %s is not understood, and says why', async (line, words) => {
  const { code, out, err } = await drover(line);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(words);
});

test('what is not set, and what cannot be reached, is said', async () => {
  expect(await drover('targets', { DROVER_URL: undefined })).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^set DROVER_URL .*`\. \.drover\/env` does where `npm start` runs/),
  });
  expect(await drover('targets', { DROVER_TOKEN: '' })).toMatchObject({
    code: 2,
    err: expect.stringContaining('set DROVER_TOKEN'),
  });
  expect(await drover('token revoke x', { DROVER_TABLE: '' })).toMatchObject({
    code: 2,
    err: expect.stringContaining('set DROVER_TABLE'),
  });
  const failing = {
    ...services,
    fetch: () => Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })),
  };
  expect(await run(['targets'], failing)).toMatchObject({
    code: 1,
    err: 'http://drover.invalid/ cannot be reached: connect ECONNREFUSED',
  });
});

test('the approval link of what waits, for who may read the table and the key', async () => {
  const { code, out } = await drover('link shop production');
  expect(code).toBe(0);
  const token = /^http:\/\/drover\.invalid\/approvals\/(.+)$/.exec(out)?.[1] ?? '';
  expect(verifyToken(token, { current: 'the key of the links' })).toMatchObject({ kind: 'genuine', codebase: 'shop' });
  expect((await drover('link shop staging')).err).toContain('nothing in staging yet');
  expect((await drover('link shop production', { DROVER_TABLE: undefined })).err).toContain('DROVER_TABLE');
});
