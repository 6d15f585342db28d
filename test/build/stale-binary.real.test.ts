import { execFileSync } from 'node:child_process';
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { artifactsOf, compiledLine, executableOf, proveFresh } from '../../lib/build/cache/cargo-proof.ts';
import { changedSince, hashSources, setTimes } from '../../lib/build/cache/sources.ts';
import { gitRepository, newFolder } from '../codebuild/git-repository.ts';
import { files, mainOf, wordOf } from '../codebuild/rust-sample.ts';

let place: ReturnType<typeof newFolder>;
let repository: ReturnType<typeof gitRepository>;
beforeAll(() => {
  place = newFolder();
  repository = gitRepository(join(place.folder, 'repository'));
});
afterAll(() => place.remove());

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

describe('a program from a kept target folder', { timeout: 60_000 }, () => {
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
