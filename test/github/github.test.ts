import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verify } from '@octokit/webhooks-methods';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { PushEvent, pushOf } from '../../lib/source/github/push-event.ts';
import { isSignedBy, signatureOf } from '../../lib/source/github/signature.ts';
import { git } from '../../local/github/git.ts';
import { startGitHub } from '../../local/github/github.ts';
import { secret, seed, startWithPerson } from './person.ts';

let local: Awaited<ReturnType<typeof startWithPerson>>;
let status = 202;
beforeEach(async () => {
  status = 202;
  local = await startWithPerson(() => status);
});
afterEach(() => local.stop());

const zeros = '0'.repeat(40);
const Sent = z.looseObject({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  created: z.boolean(),
  deleted: z.boolean(),
  forced: z.boolean(),
  commits: z.array(z.looseObject({ id: z.string() })),
});
const push = async (...args: string[]) => {
  await local.git('push', '--quiet', ...args);
  await local.github.settled();
};
const sent = () => local.received.map(({ body }) => Sent.parse(JSON.parse(body.toString())));

describe('a push', () => {
  it('is delivered as GitHub delivers it, and signed', async () => {
    await push();

    const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = local.received;
    const signature = String(headers['x-hub-signature-256']);
    expect(await verify(secret, body.toString(), signature)).toBe(true);
    expect(isSignedBy([secret], body, signatureOf(signature) ?? Buffer.alloc(32))).toBe(true);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'user-agent': expect.stringMatching(/^GitHub-Hookshot\//),
    });
    const page = `${local.github.url}/acme/shop`;
    const commit = {
      id: local.first,
      distinct: true,
      message: 'First version',
      timestamp: expect.stringMatching(/^2025-10-09T08:53:20(Z|\+00:00)$/),
      url: `${page}/commit/${local.first}`,
      author: { name: 'Ada', email: 'ada@example.org' },
      added: ['index.js'],
      removed: [],
      modified: [],
    };
    expect(JSON.parse(body.toString())).toMatchObject({
      ref: 'refs/heads/main',
      before: zeros,
      after: local.first,
      created: true,
      deleted: false,
      forced: false,
      commits: [commit],
      head_commit: commit,
      repository: {
        name: 'shop',
        full_name: 'acme/shop',
        owner: { login: 'acme' },
        default_branch: 'main',
        pushed_at: 1_760_000_000,
        html_url: page,
        clone_url: `${page}.git`,
      },
      pusher: { name: 'ada', email: 'ada@example.org' },
      sender: { login: 'ada' },
    });
  });

  it('parses as what drover reads of a push', async () => {
    const second = await local.commit('index.js', 'export const answer = 43;\n', 'Answer better\n\nIt was wrong.');
    await push();

    const event = PushEvent.parse(JSON.parse(local.received[0]?.body.toString() ?? ''));
    expect(pushOf(event, 'node')).toEqual({
      commit: second,
      before: zeros,
      pushedAt: 1_760_000_000,
      forced: false,
      message: 'Answer better',
      author: 'Ada',
      pusher: 'ada',
    });
  });

  it('of several commits names each with its files, oldest first', async () => {
    await push();
    const second = await local.commit('naïve file.txt', 'one\n');
    await local.git('rm', '--quiet', 'index.js');
    const third = await local.commit('naïve file.txt', 'two\n');
    await push();

    expect(sent()[1]).toMatchObject({
      before: local.first,
      after: third,
      forced: false,
      compare: `${local.github.url}/acme/shop/compare/${local.first.slice(0, 12)}...${third.slice(0, 12)}`,
      commits: [
        { id: second, added: ['naïve file.txt'], removed: [], modified: [] },
        { id: third, added: [], removed: ['index.js'], modified: ['naïve file.txt'] },
      ],
    });
  });

  it('of 2 MB, which git sends in chunks, comes through whole', async () => {
    await local.commit('large.bin', randomBytes(1_000_000).toString('hex'));
    await push();

    expect(sent()).toHaveLength(1);
    const copy = join(local.folder, 'copy');
    await git(local.folder, ['-c', 'http.proxy=', 'clone', '--quiet', local.url, copy]);
    expect(await git(copy, ['rev-parse', 'HEAD:large.bin'])).toBe(await local.git('rev-parse', 'HEAD:large.bin'));
  });

  it('by force says so, and what it left behind can still be fetched by its name', async () => {
    const left = await local.commit('index.js', 'wrong\n');
    await push();
    await local.git('reset', '--quiet', '--hard', local.first);
    await push('--force');

    expect(sent()[1]).toMatchObject({ before: left, after: local.first, forced: true, created: false, commits: [] });
    const copy = join(local.folder, 'copy');
    await git(local.folder, ['init', '--quiet', copy]);
    await git(copy, ['-c', 'http.proxy=', 'fetch', '--quiet', '--depth', '1', local.url, left]);
    expect(await git(copy, ['cat-file', '-t', left])).toBe('commit\n');
  });

  it('of a new branch at a known commit, and its deletion', async () => {
    await push();
    await push('origin', 'main:feature');
    await push('origin', '--delete', 'feature');

    expect(sent().slice(1)).toMatchObject([
      { ref: 'refs/heads/feature', before: zeros, after: local.first, created: true, deleted: false },
      { ref: 'refs/heads/feature', before: local.first, after: zeros, deleted: true, head_commit: null, commits: [] },
    ]);
  });

  it('of three tags is told, one by one; of four tags not at all', async () => {
    await push();
    for (const tag of ['a', 'b', 'c', 'd']) await local.git('tag', tag);
    await local.git('tag', '--annotate', '--message', 'noted', 'e');
    await push('origin', 'refs/tags/a', 'refs/tags/b', 'refs/tags/e');
    const three = sent().slice(1);
    for (const tag of ['f', 'g', 'h', 'i']) await local.git('tag', tag);
    await push('origin', '--tags');

    expect(three.map(({ ref }) => ref)).toEqual(['refs/tags/a', 'refs/tags/b', 'refs/tags/e']);
    expect(three[2]).toMatchObject({ head_commit: { id: local.first } });
    expect(sent()).toHaveLength(4);
  });

  it('that changes nothing, or is refused, is not told', async () => {
    await push();
    await push();
    await local.git('commit', '--quiet', '--amend', '--message', 'Another first');

    await expect(local.git('push', '--quiet')).rejects.toThrow(/git push failed/);
    await local.github.settled();
    expect(sent()).toHaveLength(1);
  });
});

describe('deliveries', () => {
  it('that are kept back go out in the order asked for', async () => {
    local.github.hold();
    await push();
    local.clock.now += 2_000;
    const second = await local.commit('index.js', 'export const answer = 43;\n');
    await push();
    expect(local.received).toEqual([]);
    const done = await local.github.release('reverse');

    expect(sent().map(({ after }) => after)).toEqual([second, local.first]);
    expect(done.map(({ attempts }) => attempts.map((one) => one.status))).toEqual([[202], [202]]);
    await local.commit('index.js', 'export const answer = 44;\n');
    await push();
    expect(sent()).toHaveLength(3);
  });

  it('that fail are not sent again by themselves, but can be, in the same bytes', async () => {
    status = 500;
    await push();
    const [failed] = local.github.deliveries();
    expect(failed?.attempts).toMatchObject([{ status: 500 }]);
    expect(local.received).toHaveLength(1);
    status = 202;
    const again = await local.github.redeliver(failed?.id ?? 0);

    expect(again?.attempts).toMatchObject([{ status: 500 }, { status: 202, answer: '{"outcome":"noted"}' }]);
    expect(local.received[1]?.body).toEqual(local.received[0]?.body);
    expect(local.received[1]?.headers['x-github-delivery']).toBe(local.received[0]?.headers['x-github-delivery']);
    expect(await local.github.redeliver(99)).toBeUndefined();
  });

  it('and repositories outlive a restart', async () => {
    await push();
    await local.github.close();
    const again = await startGitHub(local.options);

    expect(again.deliveries()).toHaveLength(1);
    const { url, clone } = await again.createRepository('acme/shop', {
      branch: 'main',
      seed,
      clone: local.work,
    });
    expect(clone?.commit).toBe(local.first);
    await local.commit('index.js', 'export const answer = 44;\n');
    await local.git('push', '--quiet');
    await again.settled();
    expect(await local.git('ls-remote', url, 'refs/heads/main')).toContain(
      await local.git('rev-parse', 'HEAD').then((id) => id.trim()),
    );
    expect(again.deliveries().map(({ id }) => id)).toEqual([1, 2]);
    await again.close();
  });

  it('a folder that somebody made before is the clone, as it is; it learns where to push', async () => {
    const clone = join(local.folder, 'made');
    await git('.', ['init', '--quiet', '--initial-branch', 'main', clone]);
    writeFileSync(join(clone, 'mine.js'), '1;\n');
    await git(clone, ['add', '--all']);
    await git(clone, [
      '-c',
      'user.name=Bob',
      '-c',
      'user.email=b@example.org',
      'commit',
      '--quiet',
      '--message',
      'Mine',
    ]);

    const { url, clone: made } = await local.github.createRepository('acme/made', { branch: 'main', seed, clone });

    expect(await git(clone, ['log', '--format=%an %s'])).toBe('Bob Mine\n');
    expect(await git(clone, ['ls-files'])).toBe('mine.js\n');
    await git(clone, ['push', '--quiet', 'origin', 'main']);
    expect(await git(clone, ['ls-remote', url, 'refs/heads/main'])).toContain(made?.commit ?? 'none');
  });

  it('a repository that somebody else made is theirs to fill; a clone whose repository was not made yet is gone on with', async () => {
    const wanted = (name: string) => ({
      branch: 'main',
      seed: { 'index.js': 'export {};\n' },
      clone: join(local.folder, name),
    });
    await local.github.createRepository('acme/theirs', { branch: 'main' });
    const theirs = await local.github.createRepository('acme/theirs', wanted('theirs'));
    expect(theirs).toEqual({ url: `${local.github.url}/acme/theirs.git` });
    expect(existsSync(join(local.folder, 'theirs'))).toBe(false);

    const ours = await local.github.createRepository('acme/ours', wanted('ours'));
    rmSync(join(local.folder, 'state', 'repositories', 'acme', 'ours.git'), { recursive: true });
    expect(await local.github.createRepository('acme/ours', wanted('ours'))).toEqual(ours);
    expect(await local.git('ls-remote', ours.url)).toBe('');
  });

  it('ping is one of them', async () => {
    await local.github.ping('acme/shop');

    expect(local.received[0]?.headers['x-github-event']).toBe('ping');
    expect(JSON.parse(local.received[0]?.body.toString() ?? '')).toMatchObject({
      repository: { full_name: 'acme/shop' },
    });
  });
});

describe('addresses', () => {
  it('show a commit and what lies between two', async () => {
    await push();
    const second = await local.commit('<b>.js', 'export {};\n', 'Say <b>more</b>');
    await push();
    const page = await fetch(`${local.github.url}/acme/shop/compare/${local.first}...${second}`);

    expect(page.status).toBe(200);
    const text = await page.text();
    expect(text).toContain('Say &#60;b&#62;more&#60;/b&#62;');
    expect(text).not.toContain('<b>');
    for (const commit of [local.first, second])
      expect((await fetch(`${local.github.url}/acme/shop/commit/${commit}`)).status).toBe(200);
  });

  it('of a branch that is not there tell an empty repository apart, as GitHub does', async () => {
    const status = async () => (await fetch(`${local.github.url}/api/v3/repos/acme/shop/git/ref/heads/none`)).status;
    expect(await status()).toBe(409);
    await push();
    expect(await status()).toBe(404);
  });

  it('that lead nowhere, or out of the repository, are not found', async () => {
    for (const path of [
      '/acme/none.git/info/refs?service=git-upload-pack',
      '/acme/shop.git/HEAD',
      '/acme/shop.git/objects/info/packs',
      '/acme/..%2f..%2fetc/info/refs?service=git-upload-pack',
      '/../seed/info/refs?service=git-upload-pack',
      '/acme/shop/commit/--output=x',
      '/acme/shop/compare/main...--help',
      '/acme/shop/commit/ffffffff',
      '/api/v3/repos/acme/none/git/ref/heads/main',
      '/',
    ])
      expect({ path, status: (await fetch(`${local.github.url}${path}`)).status }).toEqual({ path, status: 404 });
  });
});

it('without git says so in one line', async () => {
  const path = process.env.PATH;
  process.env.PATH = local.folder;
  try {
    await expect(startGitHub(local.options)).rejects.toThrow('git is not installed, or not on the PATH.');
  } finally {
    process.env.PATH = path;
  }
});
