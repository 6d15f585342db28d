import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { git as gitIn } from '../../local/github/git.ts';
import { startGitHub } from '../../local/github/github.ts';
import type { LocalGitHub } from '../../local/github/options.ts';
import { temporaryFolder } from '../disk/folder.ts';
import { herdText, personsMachine } from './machine.ts';

const token = 'ghp_of-this-test';
const folder = temporaryFolder();
let github: LocalGitHub;
const started = (name: string, plan: 'free' | 'team') =>
  startGitHub({
    port: 0,
    folder: join(folder, name),
    webhookUrl: 'http://127.0.0.1:9/',
    secret: 's',
    now: Date.now,
    login: 'ann',
    plan,
  });
beforeAll(async () => {
  github = await started('team', 'team');
});
afterAll(() => github.close());

const line = (name: string) => `  - { name: ${name}, language: node }\n`;
/** As somebody whose herd is on a GitHub of their own. */
const withToken = (herd = herdText, url = github.url) =>
  personsMachine({ GITHUB_TOKEN: token }, herd.replace('acme }', `acme, github: '${url}' }`));
const bare = (name: string) => join(folder, `team/repositories/${name}.git`);
const headOf = async (name: string) => (await gitIn(bare(name), ['rev-parse', 'refs/heads/main'])).trim();

describe('drover new, with a token', () => {
  test('makes the repository, pushes, protects the branch; the token is in no argument, no file and nothing said', async () => {
    const it = withToken();

    const { code, out, err } = await it.run('new pebble --language node');

    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`  ${github.url}/acme/pebble: made, private
  main is pushed and protected: changes come by pull request
  codebases.yml: - { name: pebble, language: node }

Next: let both GitHub Apps see it (docs/aws.md, “Another codebase”), commit codebases.yml, \`npx serverless deploy\`.`);
    expect(it.herd()).toMatch(new RegExp(`${line('pebble')}$`));
    expect(await headOf('acme/pebble')).toBe(it.git('pebble', 'rev-parse', 'HEAD'));
    expect(it.git('pebble', 'rev-parse', '--abbrev-ref', 'main@{upstream}')).toBe('origin/main');
    const kept = JSON.parse(readFileSync(join(bare('acme/pebble'), 'drover-protection-main.json'), 'utf8'));
    expect(kept).toMatchObject({ enforce_admins: true, allow_force_pushes: false, allow_deletions: false });
    for (const text of [out, ...it.calls.flat(), readFileSync(join(it.folder, 'pebble/.git/config'), 'utf8')]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain(Buffer.from(`x-access-token:${token}`).toString('base64'));
    }
  });

  test("in a person's own account; in another's is refused by name", async () => {
    const own = await withToken().run('new own --language node --organisation ann');
    expect([own.err, own.code]).toEqual(['', 0]);
    expect(await headOf('ann/own')).toMatch(/^[0-9a-f]{40}$/);

    const bobs = async (url: string | URL | Request, init?: RequestInit) =>
      String(url).endsWith('/users/bob') ? Response.json({ login: 'bob', type: 'User' }) : fetch(url, init);
    const { code, err } = await withToken().run('new ours --language node --organisation bob', { fetch: bobs });
    expect([code, err]).toEqual([
      1,
      "bob is a person on GitHub, and the token is ann's: only bob can make a repository there (without GITHUB_TOKEN the folder and the line alone are made)",
    ]);
  });

  test('takes a repository that is there and empty; one that holds something is refused before anything is made', async () => {
    await github.createRepository('acme/flint', { branch: 'main' });
    expect((await withToken().run('new flint --language node')).out).toContain('acme/flint: it was there, empty');
    const it = withToken();
    const { code, err } = await it.run('new flint --language node');
    expect([code, err]).toEqual([
      1,
      `${github.url}/acme/flint is there and holds something: take another name, or \`drover adopt\` a clone of it`,
    ]);
    expect(it.herd()).not.toContain('flint');
    expect(() => it.git('flint', 'status')).toThrow();
  });

  test('a push that fails leaves what is made, says so, and the same command goes on from there', async () => {
    const it = withToken();
    const failing = (url: string | URL | Request, init?: RequestInit) =>
      init?.method === 'POST'
        ? Promise.resolve(new Response('{"message":"You need admin access"}', { status: 403 }))
        : fetch(url, init);
    const { code, err } = await it.run('new agate --language node', { fetch: failing });
    expect([code, err]).toEqual([
      1,
      `GitHub refused (403): You need admin access
agate, in node:
  ../agate: 8 files, a first commit on main
What is made stays: the same command goes on from there.`,
    ]);
    expect(it.herd()).not.toContain('agate');

    const again = await it.run('new agate --language node');
    expect([again.code, again.err]).toEqual([0, '']);
    expect(await headOf('acme/agate')).toBe(it.git('agate', 'rev-parse', 'HEAD'));
    const third = await it.run('new agate --language node');
    expect([third.code, third.out]).toEqual([0, expect.stringContaining('acme/agate: it was there\n')]);
  });

  test('a token that GitHub does not take is told in one line, before anything is made', async () => {
    const it = withToken();
    const refusing = async () => new Response('{"message":"Bad credentials"}', { status: 401 });
    expect((await it.run('new onyx --language node', { fetch: refusing })).err).toBe(
      'GitHub refused the token (401) (without GITHUB_TOKEN the folder and the line alone are made)',
    );
    expect(() => it.git('onyx', 'status')).toThrow();
  });
});

describe("what GitHub's plan does not allow", () => {
  let free: LocalGitHub;
  beforeEach(async () => {
    free ??= await started('free', 'free');
  });
  afterAll(() => free.close());

  test('is told in a line, and the rest stands', async () => {
    const it = withToken(herdText, free.url);
    const { code, out } = await it.run('new pebble --language node');
    expect([code, out]).toEqual([
      0,
      expect.stringContaining(
        '  main is pushed, but not protected: GitHub refused (403): Upgrade to GitHub Pro or make this repository public to enable this feature.',
      ),
    ]);
    expect(it.herd()).toContain(line('pebble'));
  });

  test("on this machine's GitHub: by what npm start wrote; the person's own token goes nowhere", async () => {
    const codebases = join(folder, 'codebases');
    const it = personsMachine({
      DROVER_GITHUB: free.url,
      DROVER_GITHUB_TOKEN: 'local',
      DROVER_CODEBASES: codebases,
      GITHUB_TOKEN: token,
    });
    const sent: unknown[] = [];
    const watched = (url: string | URL | Request, init?: RequestInit) => {
      sent.push(new Headers(init?.headers).get('authorization'));
      return fetch(url, init);
    };
    const { code, out } = await it.run('new topaz --language node', { fetch: watched });
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('`npm start` builds it and asks you: npm run drover -- logs topaz --follow'),
    ]);
    // A plain push is how it is tried there: of a branch's protection nothing is said.
    expect(out).toMatch(/^ {2}main is pushed$/m);
    expect(new Set(sent)).toEqual(new Set(['Bearer local']));
    expect((await gitIn(join(codebases, 'topaz'), ['status', '--branch', '--porcelain'])).trim()).toBe(
      '## main...origin/main',
    );
  });
});
