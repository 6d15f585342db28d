import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryAt } from '../lib/image/registry-client.ts';
import { startRegistry } from '../local/registry/registry.ts';
import { ratios, showSpread } from './measure.ts';
import type { Bench } from './report.ts';
import { type Built, freshWithArchive } from './rust-builders.ts';
import { cargoBuild, main, manifest, module, modules, serviceAt } from './rust-service.ts';

const ROUNDS = 3;
const MODULES = 60;

/** An edit to a service of some size, with incremental compilation and without; both on a fresh builder with the archive. */
export const validation: Bench = {
  name: 'validation',
  title: 'A Rust build that validates: incremental compilation beside none',
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
      const origin = serviceAt(join(folder, 'origin'));
      const first = origin.commit({
        'Cargo.toml': manifest('1.0.0'),
        'src/main.rs': main('0', MODULES),
        ...modules(MODULES),
      });
      const builder = (name: string, incremental: '0' | '1') => {
        const images = repositoryAt(registry.host, `drover/${name}`, fetch, async () => undefined);
        return freshWithArchive(origin.folder, join(folder, name), images, (root) => cargoBuild(root, incremental));
      };
      const [quick, whole] = [builder('incremental', '1'), builder('whole', '0')];
      say('cold');
      const archive = { quick: (await quick(first)).bytes ?? 0, whole: (await whole(first)).bytes ?? 0 };
      const builds: { quick: Built[]; whole: Built[] } = { quick: [], whole: [] };
      for (let n = 1; n <= ROUNDS; n += 1) {
        const edited = origin.commit({ 'src/m7.rs': module(7, `item ${n}`), 'src/main.rs': main(`${n}`, MODULES) });
        builds.quick.push(await quick(edited));
        builds.whole.push(await whole(edited));
        say(
          `edit ${n}: ${builds.quick.at(-1)?.milliseconds.toFixed(0)} ms, ${builds.whole.at(-1)?.milliseconds.toFixed(0)} ms`,
        );
      }
      const times = (built: Built[]) => built.map(({ milliseconds }) => milliseconds);
      const seconds = (built: Built[]) =>
        showSpread(
          times(built).map((one) => one / 1_000),
          1,
        );
      const right = [...builds.quick, ...builds.whole].every(({ says }, at) => says === `${(at % ROUNDS) + 1}`);
      return {
        tables: [
          {
            head: ['without ÷ with', 'with, s', 'without, s', 'crates compiled', 'archives, MB', 'right program'],
            rows: [
              [
                showSpread(ratios(times(builds.whole), times(builds.quick)), 1),
                seconds(builds.quick),
                seconds(builds.whole),
                [...new Set([...builds.quick, ...builds.whole].map(({ compiled }) => compiled))].join(', '),
                `${(archive.quick / 1e6).toFixed(0)} and ${(archive.whole / 1e6).toFixed(0)}`,
                right ? 'yes, each time' : 'NO',
              ],
            ],
          },
        ],
        notes: [
          `A service of ${MODULES} modules with serde types and axum routes; one of them and main.rs edited. Fresh clone, archive from a registry on this machine, \`cargo build --release\`, ${ROUNDS} rounds in turn. Incremental compilation divides the crate into more units, so the program is another: a release never has it.`,
        ],
      };
    } finally {
      await registry.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
