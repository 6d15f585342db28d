// Over 150 lines: two Dockerfiles, the image that they begin from, and the builder that stays or not: one measurement's other side.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildkitMissing, startBuildkit } from '../test/real/engines/buildkit.ts';
import { cacheFolder } from '../test/real/engines/cache-folder.ts';
import { timed } from './measure.ts';
import type { Builder } from './rust-builders.ts';

/** Dependencies are built with an empty program in place of the real one; `touch`, since the real one may be older than that build. */
const dummyMain = (base: string): string => `FROM ${base} AS build
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
RUN mkdir src && echo 'fn main() {}' > src/main.rs && cargo build --release --locked --offline
COPY src src
RUN touch src/main.rs && cargo build --release --locked --offline
FROM scratch
COPY --from=build /app/target/release/probe /
`;

/** As the README of cargo-chef has it. */
const chef = (base: string): string => `FROM ${base} AS chef
WORKDIR /app
FROM chef AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json
FROM chef AS build
COPY --from=planner /app/recipe.json recipe.json
RUN cargo chef cook --release --locked --offline --recipe-path recipe.json
COPY . .
RUN cargo build --release --locked --offline
FROM scratch
COPY --from=build /app/target/release/probe /
`;

/** What is lacking to build Rust by a Dockerfile here; undefined where nothing is. */
export const dockerfilesMissing = (): string | undefined =>
  buildkitMissing() ??
  (spawnSync('debootstrap', ['--version']).error ? 'debootstrap is not installed (Debian)' : undefined);

export type DockerBuilders = {
  /** A builder that stays, which CodeBuild is not. */
  dummyMain: Builder;
  chef: Builder;
  /** A builder that is new for each build, with BuildKit's registry cache (mode=max). Exporting it comes after, untimed. */
  freshChef: Builder;
  close: () => Promise<void>;
};

/**
 * The two Dockerfiles. Their base has the same toolchain, the crates of the local cargo and cargo-chef in it, so that no time is the
 * network's; a registry on this machine holds it and the cache.
 */
export async function dockerBuilders(origin: string, folder: string, registry: string): Promise<DockerBuilders> {
  const staying = await startBuildkit();
  const closing = [staying.close];
  const base = `${registry}/drover/rust-base:1`;
  await buildBase(staying, base);
  const contextAt = (commit: string) => {
    const context = join(folder, 'context');
    rmSync(context, { recursive: true, force: true });
    execFileSync('git', ['clone', '--quiet', origin, context]);
    execFileSync('git', ['-C', context, 'checkout', '--quiet', commit]);
    return context;
  };
  const builder =
    (text: string, on: () => Promise<Engine>, end: (engine: Engine) => Promise<void>, cache?: string): Builder =>
    async (commit) => {
      const engine = await on();
      const out = join(folder, 'out');
      const dockerfile = join(folder, 'dockerfile');
      mkdirSync(dockerfile, { recursive: true });
      writeFileSync(join(dockerfile, 'Dockerfile'), text);
      const ask = (context: string, ...more: string[]) =>
        buildctl(engine, ['--local', `context=${context}`, '--local', `dockerfile=${dockerfile}`, ...more]);
      const from = cache ? ['--import-cache', `type=registry,ref=${cache}`] : [];
      const { milliseconds, value } = await timed(async () =>
        ask(contextAt(commit), '--output', `type=local,dest=${out}`, ...from),
      );
      if (cache)
        await ask(
          join(folder, 'context'),
          ...from,
          '--export-cache',
          `type=registry,ref=${cache},mode=max,image-manifest=true,oci-mediatypes=true`,
        );
      await end(engine);
      const says = execFileSync(join(out, 'probe'), ['says'], { encoding: 'utf8' }).trim();
      // Of the steps that ran: what came out of a cache says nothing.
      const compiled = new Set(value.match(/Compiling \S+ v\S+/g) ?? []).size;
      return { milliseconds, compiled, says };
    };
  const stays = [async () => staying, async () => undefined] as const;
  return {
    dummyMain: builder(dummyMain(base), ...stays),
    chef: builder(chef(base), ...stays),
    freshChef: builder(chef(base), startBuildkit, ({ close }) => close(), `${registry}/drover/probe:cache-chef`),
    close: async () => {
      for (const close of closing) await close();
    },
  };
}

type Engine = Awaited<ReturnType<typeof startBuildkit>>;

/** Runs a build and returns its progress as plain text. */
async function buildctl({ address, programs }: Engine, args: string[]): Promise<string> {
  const command = ['--addr', address, 'build', '--progress', 'plain', '--frontend', 'dockerfile.v0', ...args];
  const { stderr } = await promisify(execFile)(join(programs, 'buildctl'), command, { maxBuffer: 100_000_000 });
  return stderr;
}

/** Debian with a C compiler, this machine's Rust toolchain, what cargo has fetched, and cargo-chef. */
async function buildBase(engine: Engine, tag: string): Promise<void> {
  const context = cacheFolder('bench-rust-base');
  mkdirSync(context, { recursive: true });
  const root = join(context, 'root');
  if (!existsSync(root)) {
    const mirror = /^(?:URIs: |deb (?:\[.*\] )?)(\S+)/m.exec(aptSources())?.[1];
    const include = '--include=gcc,libc6-dev,ca-certificates';
    const args = ['--variant=minbase', include, 'bookworm', `${root}.new`, ...(mirror ? [mirror] : [])];
    rmSync(`${root}.new`, { recursive: true, force: true });
    execFileSync('debootstrap', args, { stdio: 'ignore' });
    renameSync(`${root}.new`, root);
  }
  const chefFolder = join(context, 'chef');
  if (!existsSync(join(chefFolder, 'bin/cargo-chef')))
    execFileSync('cargo', ['install', '--quiet', '--locked', '--root', chefFolder, 'cargo-chef@0.1.78']);
  const toolchain = execFileSync('rustc', ['--print', 'sysroot'], { encoding: 'utf8' }).trim();
  const dockerfile = join(context, 'dockerfile');
  mkdirSync(dockerfile, { recursive: true });
  writeFileSync(
    join(dockerfile, 'Dockerfile'),
    `FROM scratch
COPY --from=root . /
COPY --from=toolchain bin /usr/local/bin
COPY --from=toolchain lib /usr/local/lib
COPY --from=chef bin/cargo-chef /usr/local/bin/
COPY --from=registry . /usr/local/cargo/registry
ENV CARGO_HOME=/usr/local/cargo PATH=/usr/local/bin:/usr/bin:/bin
`,
  );
  const named = (name: string, path: string) => [
    '--opt',
    `context:${name}=local:${name}`,
    '--local',
    `${name}=${path}`,
  ];
  const home = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
  await buildctl(engine, [
    ...['--local', `context=${dockerfile}`, '--local', `dockerfile=${dockerfile}`],
    ...named('root', root),
    ...named('toolchain', toolchain),
    ...named('chef', chefFolder),
    ...named('registry', join(home, 'registry')),
    ...['--output', `type=image,name=${tag},push=true,compression=zstd,oci-mediatypes=true`],
  ]);
}

/** Where this machine's packages come from. */
function aptSources(): string {
  const files = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'].filter((file) => existsSync(file));
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}
