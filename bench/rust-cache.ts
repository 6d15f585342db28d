import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryAt } from '../lib/image/registry-client.ts';
import { startRegistry } from '../local/registry/registry.ts';
import { ratios, showSpread } from './measure.ts';
import type { Bench } from './report.ts';
import { type Builder, type Built, freshWithArchive, inPlace } from './rust-builders.ts';
import { type DockerBuilders, dockerBuilders, dockerfilesMissing } from './rust-dockerfiles.ts';
import { cargoBuild, main, manifest, serviceAt } from './rust-service.ts';

const ROUNDS = 3;
const changes = ['one file edited', 'version bumped', 'rollback by one commit', 'one dependency added'] as const;
type Change = (typeof changes)[number];
type Way = { name: string; build: Builder; built: Record<Change, { built: Built; right: boolean }[]> };

/** A Rust service through a fresh checkout and builder with the archive, beside cargo in a folder that stays and beside Dockerfiles. */
export const rustCache: Bench = {
  name: 'rust-cache',
  title: 'A Rust service: fresh builder with the archive, beside a warm folder and Dockerfiles',
  run: async (say) => {
    const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'));
    const registry = await startRegistry({
      port: 0,
      folder: join(folder, 'registry'),
      now: Date.now,
      immutable: true,
      mutableTags: ['cache-*'],
    });
    let docker: DockerBuilders | undefined;
    try {
      const origin = serviceAt(join(folder, 'origin'));
      const dependencies = ['hex = "0.4"', 'fnv = "1"', 'base16ct = "0.2"'];
      // The crates that are added later are fetched now, for the base image too.
      origin.commit({ 'Cargo.toml': manifest('1.0.0', dependencies.join('\n')), 'src/main.rs': main('0') });
      const first = origin.commit({ 'Cargo.toml': manifest('1.0.0') });
      const images = repositoryAt(registry.host, 'drover/probe', fetch, async () => undefined);
      const lacking = dockerfilesMissing();
      if (lacking) say(`without Dockerfiles: ${lacking}`);
      else docker = await dockerBuilders(origin.folder, join(folder, 'docker'), registry.host);

      const way = (name: string, build: Builder): Way => ({
        name,
        build,
        built: {
          'one file edited': [],
          'version bumped': [],
          'rollback by one commit': [],
          'one dependency added': [],
        },
      });
      const ours = way('drover: fresh builder, archive', freshWithArchive(origin.folder, folder, images, cargoBuild));
      const warm = way('cargo in a warm folder', inPlace(origin.folder, join(folder, 'warm'), cargoBuild));
      const dockerfiles = docker
        ? [
            way('dummy main, warm builder', docker.dummyMain),
            way('cargo-chef, warm builder', docker.chef),
            way('cargo-chef, fresh builder, registry cache', docker.freshChef),
          ]
        : [];
      const ways = [ours, warm, ...dockerfiles];

      say('cold');
      const cold = await ours.build(first);
      cpSync(join(folder, 'fresh/target'), join(folder, 'warm/target'), { recursive: true, preserveTimestamps: true });
      for (const { build } of ways.slice(1)) await build(first);

      let kept = 0;
      const each = async (change: Change | undefined, commit: string, says: string) => {
        for (const one of ways) {
          const built = await one.build(commit);
          if (one === ours) kept = built.bytes ?? 0;
          if (change) one.built[change].push({ built, right: built.says === says });
          say(
            `${change ?? 'one more edit'}: ${one.name} ${built.milliseconds.toFixed(0)} ms [${built.compiled}] ${built.says}`,
          );
        }
      };
      for (let n = 1; n <= ROUNDS; n += 1) {
        const before = dependencies.slice(0, n - 1).join('\n');
        const edited = origin.commit({ 'src/main.rs': main(`edit ${n}`) });
        await each('one file edited', edited, `edit ${n}`);
        await each('version bumped', origin.commit({ 'Cargo.toml': manifest(`1.${n}.0`, before) }), `edit ${n}`);
        await each(undefined, origin.commit({ 'src/main.rs': main(`next ${n}`) }), `next ${n}`);
        await each('rollback by one commit', edited, `edit ${n}`);
        const grown = manifest(`1.${n}.0`, dependencies.slice(0, n).join('\n'));
        await each('one dependency added', origin.commit({ 'Cargo.toml': grown }), `next ${n}`);
      }
      return {
        tables: changes.map((change) => ({
          caption: `${change[0]?.toUpperCase()}${change.slice(1)}:`,
          head: ['built by', 'crates compiled', '÷ ours', 'seconds', 'right program'],
          rows: ways.map((one) => rowOf(one, ours, change)),
        })),
        notes: [
          `${ROUNDS} rounds, all ways in turn. Ours: git clone, archive from a registry on this machine, hashes and times, \`cargo build --release\`; the folder is gone before each (\`bench/rust-builders.ts\`). Warm folder: git checkout and the same cargo in a folder that stays.`,
          ...(docker
            ? [
                'Dockerfiles: `bench/rust-dockerfiles.ts`, by BuildKit on this machine, from git clone to the program in a folder. A fresh builder has nothing but the registry on this machine, where its base and its cache (`mode=max`) lie; CodeBuild gives a fresh one.',
              ]
            : []),
          `Cold: ${(cold.milliseconds / 1_000).toFixed(0)} s, ${cold.compiled} crates. The archive has ${(kept / 1e6).toFixed(0)} MB; keeping it comes after the image is pushed and is not in the time, nor is exporting BuildKit's cache.`,
        ],
      };
    } finally {
      await docker?.close();
      await registry.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function rowOf({ name, built }: Way, ours: Way, change: Change): string[] {
  const times = (way: Way) => way.built[change].map((one) => one.built.milliseconds);
  const own = built[change].map((one) => one.built.milliseconds);
  return [
    name,
    [...new Set(built[change].map((one) => one.built.compiled))].join(', '),
    showSpread(ratios(own, times(ours)), 2),
    showSpread(
      own.map((one) => one / 1_000),
      1,
    ),
    built[change].every(({ right }) => right) ? 'yes, each time' : 'NO',
  ];
}
