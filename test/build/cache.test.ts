import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyConfig, manifestOf } from '../../lib/build/cache/artifact.ts';
import { artifactsOf, compiledLine, executableOf, proveFresh } from '../../lib/build/cache/cargo-proof.ts';
import { keep } from '../../lib/build/cache/keep.ts';
import type { Label } from '../../lib/build/cache/label.ts';
import { pack, packing } from '../../lib/build/cache/pack.ts';
import { restore } from '../../lib/build/cache/restore.ts';
import { changedSince, hashSources, setTimes } from '../../lib/build/cache/sources.ts';
import { type CacheKey, cacheTags, toolchainOf } from '../../lib/build/cache/tags.ts';
import { digestOf } from '../../lib/image/digest.ts';
import { type Repository, repositoryAt } from '../../lib/image/registry-client.ts';
import { startRegistry } from '../../local/registry/registry.ts';
import { gitRepository, newFolder } from '../codebuild/git-repository.ts';
import { files, mainOf, wordOf } from '../codebuild/rust-sample.ts';

const hasCargo = (() => {
  try {
    return execFileSync('cargo', ['--version']).length > 0;
  } catch {
    return false;
  }
})();

let place: ReturnType<typeof newFolder>;
let registry: Awaited<ReturnType<typeof startRegistry>>;
let repository: ReturnType<typeof gitRepository>;
beforeAll(async () => {
  place = newFolder();
  const folder = join(place.folder, 'registry');
  registry = await startRegistry({ port: 0, folder, now: Date.now, immutable: true, mutableTags: ['cache-*'] });
  repository = gitRepository(join(place.folder, 'repository'));
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

/** How a builder that keeps its target folder sets times after a fresh checkout; gives what the changed files are. */
type Times = (root: string, kept: Record<string, string>) => Promise<string[]>;

/** Ours; the checkout is older than the archive, as it is where another build kept one meanwhile. */
const byContent: Times = async (root, archived) => {
  setAll(root, new Date(Date.now() - 3_600_000));
  const sources = await hashSources(root, [join(root, 'target')]);
  const changed = changedSince(archived, sources);
  await setTimes(root, sources, changed, new Date());
  return changed;
};

const setAll = (root: string, time: Date): string[] => {
  for (const file of ['Cargo.toml', 'src/main.rs', 'word/Cargo.toml', 'word/src/lib.rs'])
    utimesSync(join(root, file), time, time);
  return [];
};

/** A fresh checkout at the same path with the target folder of the last build in it; what the program then prints. */
async function builderOf(times: Times, target = join(place.folder, `target-${builders++}`)) {
  const root = join(place.folder, 'checkout');
  const env = { ...process.env, CARGO_INCREMENTAL: '0', CARGO_TERM_COLOR: 'never' };
  let archived: Record<string, string> = {};
  const build = async (commit: string, before = archived) => {
    rmSync(root, { recursive: true, force: true });
    execFileSync('git', ['clone', '--quiet', repository.folder, root]);
    execFileSync('git', ['-C', root, 'checkout', '--quiet', commit]);
    const restoredAt = Date.now();
    const changed = await times(root, before);
    archived = await hashSources(root, []);
    const args = ['build', '--release', '--offline', '--target-dir', target, '--message-format', 'json'];
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    const messages = execFileSync('cargo', args, { cwd: root, env, encoding: 'utf8', stdio: [...stdio] });
    const artifacts = artifactsOf(messages);
    const differ = Object.keys(before).length > 0 ? changedSince(before, archived) : [];
    const prints = execFileSync(executableOf(artifacts, 'app'), { encoding: 'utf8' }).trim();
    return {
      prints,
      compiled: compiledLine(artifacts),
      refused: said(() => proveFresh(artifacts, root, differ, restoredAt)),
      changed,
    };
  };
  return Object.assign(build, { target, sources: () => archived });
}
let builders = 0;

function said(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe.runIf(hasCargo)('a program from a kept target folder', { timeout: 60_000 }, () => {
  let a = '';
  let b = '';
  let twice = '';
  beforeAll(() => {
    a = repository.commit(files());
    b = repository.commit({ 'src/main.rs': mainOf('B') });
    twice = repository.commit({ 'word/src/lib.rs': wordOf('two') });
  });

  test('is right forward, back and forward again, and only what differs is compiled', async () => {
    const build = await builderOf(byContent);
    expect(await build(a)).toMatchObject({ prints: 'A one', compiled: '2 crates compiled (word, app), 0 were there' });
    expect(await build(b)).toMatchObject({ prints: 'B one', compiled: '1 crate compiled (app), 1 were there' });
    expect(await build(a)).toMatchObject({ prints: 'A one', compiled: '1 crate compiled (app), 1 were there' });
    expect(await build(twice)).toMatchObject({
      prints: 'B two',
      compiled: '2 crates compiled (word, app), 0 were there',
    });
    expect(await build(twice)).toMatchObject({
      prints: 'B two',
      compiled: '0 crates compiled, 2 were there',
      changed: [],
    });
  });

  test('asks anew what a build script asks without saying so', async () => {
    const asks = `fn main() {
    let head = std::process::Command::new("git").args(["rev-parse", "HEAD"]).output().unwrap();
    println!("cargo:rustc-env=AT={}", String::from_utf8(head.stdout).unwrap());
}
`;
    const lib = 'pub fn word() -> &\'static str {\n    env!("AT")\n}\n';
    const one = repository.commit({ ...files(), 'word/build.rs': asks, 'word/src/lib.rs': lib });
    const two = repository.commit({ 'README.md': 'nothing that word is made of' });
    const build = await builderOf(byContent);
    expect((await build(one)).prints).toBe(`A ${one}`);
    expect((await build(two)).prints).toBe(`A ${two}`);
  });

  test('is the wrong one by a dummy main that is newer than the real one, and the proof refuses it', async () => {
    const build = await builderOf(async (root) => {
      writeFileSync(join(root, 'src/main.rs'), mainOf('a dummy'));
      return [];
    });
    expect((await build(a)).prints).toBe('a dummy one');
    const real = await builderOf(async (root) => setAll(root, new Date(Date.now() - 60_000)), build.target);
    expect(await real(a, build.sources())).toMatchObject({ prints: 'a dummy one', refused });
  });

  test.each<[string, () => Times]>([
    // `git log -1 --format=%ct` of each file: every one of them lies before every build.
    ['times of the commits', () => async (root) => setAll(root, new Date('2026-01-02T03:04:05Z'))],
    // An earlier commit's COPY is taken up again from the cache: its files have the time of then, not of now.
    ['a cached copy with its old times', () => copyKept()],
  ])('is the wrong one by %s, and the proof refuses it', async (_, times) => {
    const build = await builderOf(times());
    expect((await build(a)).prints).toBe('A one');
    const first = await build(b);
    const back = await build(a);
    // By the second: A's own copy came before B was built. By the first: B was never built at all.
    expect([first, back].some(({ prints, refused: said }, n) => prints !== `${'BA'[n]} one` && said === refused)).toBe(
      true,
    );
  });
});

const refused = 'app was not compiled again although src/main.rs changed: not pushed';

function copyKept(): Times {
  const copies = new Map<string, Date>();
  return async (root) => {
    const commit = execFileSync('git', ['-C', root, 'rev-parse', 'HEAD'], { encoding: 'utf8' });
    const time = copies.get(commit) ?? new Date();
    copies.set(commit, time);
    return setAll(root, time);
  };
}

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
