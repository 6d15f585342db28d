import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { artifactsOf, executableOf } from '../lib/build/cache/cargo-proof.ts';
import { keep } from '../lib/build/cache/keep.ts';
import { restore } from '../lib/build/cache/restore.ts';
import { changedSince, hashSources, type Sources, setTimes } from '../lib/build/cache/sources.ts';
import { type CacheKey, toolchainOf } from '../lib/build/cache/tags.ts';
import { repositoryAt } from '../lib/image/registry-client.ts';
import { startRegistry } from '../local/registry/registry.ts';
import { gitRepository } from '../test/codebuild/git-repository.ts';
import { ratios, showSpread, timed } from './measure.ts';
import type { Bench } from './report.ts';

const ROUNDS = 3;
const manifest = (version: string, more = ''): string => `[package]
name = "probe"
version = "${version}"
edition = "2021"
[dependencies]
axum = "0.8"
serde = { version = "1", features = ["derive"] }
serde_json = "1"
tokio = { version = "1", features = ["full"] }
${more}`;
const main = (says: string): string => `#[tokio::main]
async fn main() {
    let app = axum::Router::new().route("/", axum::routing::get(|| async { axum::Json(serde_json::json!({ "says": "${says}" })) }));
    if std::env::args().nth(1).as_deref() == Some("says") {
        println!("${says}");
        return;
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
`;
const key = (lock: string): CacheKey => ({ kind: 'rust', codebase: 'probe', toolchain: 'bench', lock });

type Built = { milliseconds: number; compiled: number; says: string };

/** An axum service through a fresh checkout and builder with the archive, beside cargo in a folder that stays. */
export const rustCache: Bench = {
  name: 'rust-cache',
  title: 'A Rust service: fresh builder with the archive, beside cargo in a warm folder',
  run: async (say) => {
    const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'));
    const registry = await startRegistry({
      port: 0,
      folder: join(folder, 'registry'),
      now: Date.now,
      immutable: true,
      mutableTags: ['cache-*'],
    });
    try {
      const origin = gitRepository(join(folder, 'origin'));
      const locked = (files: Record<string, string>) => {
        for (const [path, text] of Object.entries(files)) {
          mkdirSync(dirname(join(origin.folder, path)), { recursive: true });
          writeFileSync(join(origin.folder, path), text);
        }
        // Fetches what is new, so that no time below is the network's.
        execFileSync('cargo', ['fetch'], { cwd: origin.folder, stdio: 'ignore' });
        return origin.commit({});
      };
      const first = locked({ '.gitignore': 'target\n', 'Cargo.toml': manifest('1.0.0'), 'src/main.rs': main('0') });
      const images = repositoryAt(registry.host, 'drover/probe', fetch, async () => undefined);

      /** One path for every checkout, as the recipe has it. */
      const fresh = join(folder, 'fresh');
      const target = join(fresh, 'target');
      let kept = 0;
      const withArchive = async (commit: string): Promise<Built> => {
        rmSync(fresh, { recursive: true, force: true });
        const { milliseconds, value } = await timed(async () => {
          execFileSync('git', ['clone', '--quiet', origin.folder, fresh]);
          execFileSync('git', ['-C', fresh, 'checkout', '--quiet', commit]);
          const lock = execFileSync('git', ['-C', fresh, 'show', 'HEAD:Cargo.lock'], { encoding: 'utf8' });
          const found = await restore(images, key(lock), target, Date.now);
          const sources = await hashSources(fresh, [target]);
          if (found.kind !== 'cold')
            await setTimes(fresh, sources, changedSince(found.label.sources, sources), new Date());
          return { built: await cargo(fresh), sources, lock };
        });
        kept = await keepOf(value.lock, value.sources);
        return { ...value.built, milliseconds };
      };
      const keepOf = (lock: string, sources: Sources): Promise<number> => {
        const times = { begun: Date.now(), made: Date.now() };
        const label = { kind: 'rust', codebase: 'probe', toolchain: toolchainOf(key(lock)), ...times, sources };
        return keep(images, key(lock), target, label);
      };

      const warm = join(folder, 'warm');
      execFileSync('git', ['clone', '--quiet', origin.folder, warm]);
      const inPlace = async (commit: string): Promise<Built> => {
        const { milliseconds, value } = await timed(async () => {
          execFileSync('git', ['-C', warm, 'fetch', '--quiet']);
          execFileSync('git', ['-C', warm, 'checkout', '--quiet', commit]);
          return cargo(warm);
        });
        return { ...value, milliseconds };
      };

      say('cold');
      const cold = await withArchive(first);
      cpSync(target, join(warm, 'target'), { recursive: true, preserveTimestamps: true });
      await inPlace(first);

      const cases: { name: string; ours: Built[]; theirs: Built[]; right: boolean }[] = [
        'one file edited',
        'version bumped',
        'rollback by one commit',
        'one dependency added',
      ].map((name) => ({ name, ours: [], theirs: [], right: true }));
      const [edit, bump, rollback, added] = cases;
      const both = async (one: (typeof cases)[number] | undefined, commit: string, says: string) => {
        const ours = await withArchive(commit);
        const theirs = await inPlace(commit);
        one?.ours.push(ours);
        one?.theirs.push(theirs);
        if (one && (ours.says !== says || theirs.says !== says)) one.right = false;
        say(
          `${one?.name ?? 'one more edit'}: ${ours.milliseconds.toFixed(0)} ms [${ours.compiled}], ${theirs.milliseconds.toFixed(0)} ms [${theirs.compiled}]`,
        );
      };
      const dependencies = ['hex = "0.4"', 'fnv = "1"', 'base16ct = "0.2"'];
      for (let n = 1; n <= ROUNDS; n += 1) {
        const more = dependencies.slice(0, n - 1).join('\n');
        const edited = locked({ 'src/main.rs': main(`edit ${n}`) });
        await both(edit, edited, `edit ${n}`);
        await both(bump, locked({ 'Cargo.toml': manifest(`1.${n}.0`, more) }), `edit ${n}`);
        const next = locked({ 'src/main.rs': main(`next ${n}`) });
        await both(undefined, next, `next ${n}`);
        await both(rollback, edited, `edit ${n}`);
        const grown = dependencies.slice(0, n).join('\n');
        await both(added, locked({ 'Cargo.toml': manifest(`1.${n}.0`, grown) }), `next ${n}`);
      }
      return {
        tables: [
          {
            head: [
              'case',
              'crates compiled',
              'cargo in place compiled',
              'ratio',
              'fresh + archive, s',
              'cargo in place, s',
              'right program',
            ],
            rows: cases.map(({ name, ours, theirs, right }) => [
              name,
              countsOf(ours),
              countsOf(theirs),
              showSpread(
                ratios(
                  ours.map(({ milliseconds }) => milliseconds),
                  theirs.map(({ milliseconds }) => milliseconds),
                ),
                2,
              ),
              showSpread(
                ours.map(({ milliseconds }) => milliseconds / 1_000),
                1,
              ),
              showSpread(
                theirs.map(({ milliseconds }) => milliseconds / 1_000),
                1,
              ),
              right ? 'yes, each time' : 'NO',
            ]),
          },
        ],
        notes: [
          `Ours: git clone, archive from a registry on this machine, hashes and times, \`cargo build --release\`; the folder is gone before each. Beside it: git checkout and the same cargo in a folder that stays. ${ROUNDS} rounds, in turn.`,
          `Cold: ${(cold.milliseconds / 1_000).toFixed(0)} s, ${cold.compiled} crates. The archive has ${(kept / 1e6).toFixed(0)} MB; keeping it comes after the image is pushed and is not in the time.`,
        ],
      };
    } finally {
      await registry.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const countsOf = (builds: Built[]): string => [...new Set(builds.map(({ compiled }) => compiled))].join(', ');

async function cargo(root: string): Promise<Omit<Built, 'milliseconds'>> {
  const args = ['build', '--release', '--locked', '--offline', '--message-format', 'json'];
  const env = { ...process.env, CARGO_INCREMENTAL: '0' };
  const { stdout } = await promisify(execFile)('cargo', args, { cwd: root, env, maxBuffer: 100_000_000 });
  const artifacts = artifactsOf(stdout);
  const compiled = new Set(artifacts.filter(({ fresh }) => !fresh).map(({ package_id }) => package_id));
  const says = execFileSync(executableOf(artifacts, 'probe'), ['says'], { encoding: 'utf8' }).trim();
  return { compiled: compiled.size, says };
}
