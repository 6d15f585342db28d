import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyConfig, manifestOf } from '../../lib/build/cache/artifact.ts';
import { inTime } from '../../lib/build/cache/in-time.ts';
import { keep } from '../../lib/build/cache/keep.ts';
import type { Label } from '../../lib/build/cache/label.ts';
import { pack, packing } from '../../lib/build/cache/pack.ts';
import { restore } from '../../lib/build/cache/restore.ts';
import { changedSince, hashSources } from '../../lib/build/cache/sources.ts';
import { type CacheKey, cacheTags, toolchainOf } from '../../lib/build/cache/tags.ts';
import { digestOf } from '../../lib/image/digest.ts';
import { type Repository, repositoryAt } from '../../lib/image/registry-client.ts';
import { startRegistry } from '../../local/registry/registry.ts';
import { newFolder } from '../codebuild/git-repository.ts';

let place: ReturnType<typeof newFolder>;
let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  place = newFolder();
  const folder = join(place.folder, 'registry');
  registry = await startRegistry({ port: 0, folder, now: Date.now, immutable: true, mutableTags: ['cache-*'] });
});
afterAll(async () => {
  await registry.close();
  place.remove();
});

const at = (name: string) => repositoryAt(registry.host, `drover/${name}`, fetch, async () => undefined);
const keyOf = (more: Partial<CacheKey> = {}): CacheKey => ({
  kind: 'rust',
  codebase: 'app',
  toolchain: 'rustc 1',
  lock: 'lock 1',
  ...more,
});
const labelOf = (more: Partial<Label> = {}): Label => ({
  kind: 'rust',
  codebase: 'app',
  toolchain: toolchainOf(keyOf()),
  begun: Date.now() - 1_000,
  made: Date.now() - 500,
  sources: {},
  ...more,
});

/** A folder with one file, kept under a codebase's name. */
async function kept(name: string, label: Partial<Label> = {}, key = keyOf()) {
  const folder = join(place.folder, `${name}-made`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'file'), 'content');
  await keep(at(name), key, folder, labelOf(label));
  return { to: join(place.folder, `${name}-restored`), repository: at(name) };
}

/** Puts bytes where an archive would be. */
async function planted(name: string, bytes: Buffer, mediaType?: string): Promise<Repository> {
  const to = at(name);
  const blob = { digest: digestOf(bytes), bytes };
  await to.upload(blob);
  await to.upload(emptyConfig);
  const manifest = manifestOf({ packing, digest: blob.digest, size: bytes.length }).toString();
  const { exact } = cacheTags(keyOf());
  await to.putManifest(
    exact,
    Buffer.from(mediaType ? manifest.replaceAll('application/vnd.drover.cache.v1', mediaType) : manifest),
  );
  return to;
}

describe('an archive', () => {
  test('comes back as it was kept: a hit for its lockfile, older for another, nothing for another toolchain', async () => {
    const { to, repository: from } = await kept('whole');
    expect(await restore(from, keyOf(), to, Date.now)).toMatchObject({ kind: 'hit', label: { codebase: 'app' } });
    expect(readFileSync(join(to, 'file'), 'utf8')).toBe('content');
    expect(await restore(from, keyOf({ lock: 'lock 2' }), to, Date.now)).toMatchObject({ kind: 'older' });
    const why = 'there is no archive of this toolchain';
    expect(await restore(from, keyOf({ toolchain: 'rustc 2' }), to, Date.now)).toEqual({ kind: 'cold', why });
    expect(await restore(at('never-built'), keyOf(), to, Date.now)).toEqual({ kind: 'cold', why });
  });

  test.each<[string, Partial<Label>, string]>([
    ['another codebase', { codebase: 'other' }, 'the archive is of other'],
    ['another toolchain', { toolchain: 'x' }, 'the archive is of another toolchain'],
    ['another kind', { kind: 'npm' }, 'the archive is of npm'],
    ['the future', { made: Date.now() + 3_600_000 }, 'the archive is from the future: a clock is wrong'],
    ['long ago', { begun: Date.now() - 31 * 86_400_000 }, 'the archive began more than 30 days ago'],
  ])('of %s is not used, and nothing of it stays', async (name, label, why) => {
    const { to, repository: from } = await kept(name.replaceAll(' ', '-'), label);
    expect(await restore(from, keyOf(), to, Date.now)).toEqual({ kind: 'cold', why });
    expect(existsSync(to)).toBe(false);
  });

  test('that is cut off, corrupt, empty, of something else or unpacked by a registry that lies: cold, with a line why', async () => {
    const folder = join(place.folder, 'whole-made');
    const good = (await pack(folder, 1e9)) ?? Buffer.alloc(0);
    const to = join(place.folder, 'bad-restored');
    const outcome = async (from: Repository) => {
      const found = await restore(from, keyOf(), to, Date.now);
      expect(existsSync(to)).toBe(false);
      return found.kind === 'cold' ? found.why : found.kind;
    };
    expect(await outcome(await planted('cut', good.subarray(0, good.length - 20)))).toMatch(/./);
    expect(await outcome(await planted('noise', Buffer.from('not an archive at all')))).toMatch(/./);
    expect(await outcome(await planted('nothing', Buffer.alloc(0)))).toMatch(/./);
    expect(await outcome(await planted('image', good, 'application/vnd.other'))).toMatch(/is not an archive$/);
    mkdirSync(join(place.folder, 'plain'), { recursive: true });
    const plain = (await pack(join(place.folder, 'plain'), 1e9)) ?? Buffer.alloc(0);
    expect(await outcome(await planted('plain', plain))).toBe('the archive does not say what it is');
    await kept('lies');
    const lie: typeof fetch = async (url, init) =>
      `${url}`.includes('/blobs/') ? new Response(new Uint8Array(good)) : fetch(url, init);
    const lying = repositoryAt(registry.host, 'drover/lies', lie, async () => undefined);
    expect(await outcome(lying)).toMatch(/has no intact blob sha256:/);
    const down = repositoryAt('127.0.0.1:9', 'drover/app', fetch, async () => undefined);
    expect(await outcome(down)).toBe('the registry 127.0.0.1:9 does not answer');
  });

  test('holds what incremental compilation wrote', async () => {
    mkdirSync(join(place.folder, 'units-made/debug/incremental/app-1'), { recursive: true });
    writeFileSync(join(place.folder, 'units-made/debug/incremental/app-1/unit'), 'unit');
    const { to, repository: from } = await kept('units');
    await restore(from, keyOf(), to, Date.now);
    expect(readFileSync(join(to, 'debug/incremental/app-1/unit'), 'utf8')).toBe('unit');
  });

  test('that is too large is not kept', async () => {
    expect(await pack(join(place.folder, 'whole-made'), 10)).toBeUndefined();
  });

  test('moves its tags, and leaves nothing behind on this machine', async () => {
    await kept('moving');
    await kept('moving', { made: Date.now() });
    expect(registry.store.digests('drover/moving')).toHaveLength(1);
    expect(registry.store.tags('drover/moving').every((tag) => tag.startsWith('cache-rust-'))).toBe(true);
  });
});

describe('which files count as changed', () => {
  test('contents decide: what git does not show, what a link leads to, and what lies in neither', async () => {
    const root = join(place.folder, 'tree');
    mkdirSync(join(root, '.git'), { recursive: true });
    writeFileSync(join(root, 'a'), '1');
    writeFileSync(join(root, 'b'), '1');
    symlinkSync('b', join(root, 'link'));
    const before = await hashSources(root, []);
    expect(Object.keys(before)).toEqual(['a', 'b']);
    writeFileSync(join(root, 'b'), '2');
    writeFileSync(join(root, 'new'), '1');
    const after = await hashSources(root, []);
    expect(changedSince(before, after)).toEqual(['b', 'new']);
  });
});

test('a registry that hangs is waited for once, however many calls and tries there are', async () => {
  let waits = 0;
  const hangs: typeof fetch = async (_, init) => {
    if (!init?.signal?.aborted) {
      waits++;
      await new Promise((resolve) => init?.signal?.addEventListener('abort', resolve));
    }
    throw new Error('aborted');
  };
  const none = async () => undefined;
  const hanging = repositoryAt('r.example', 'drover/app', inTime(hangs, 20), none, none);
  const found = await restore(hanging, keyOf(), join(place.folder, 'hanging'), Date.now);
  expect(found).toEqual({ kind: 'cold', why: 'the registry r.example does not answer' });
  expect(waits).toBe(1);
});
