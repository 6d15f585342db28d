import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { fileInTar } from '../../lib/image/read-tar.ts';
import { newCodebaseFiles } from '../../lib/template/template.ts';
import { imagePuller } from '../../local/cluster/pull-image.ts';
import { missingTools } from '../../local/tools.ts';
import { type Recipes, startRecipes } from './recipe-service.ts';
import { files } from './rust-sample.ts';

/** The recipes for both platforms, on a machine that is one of them. */
const both = { DROVER_PLATFORMS: 'linux/arm64 linux/amd64' };
const own = process.arch === 'arm64' ? 'arm64' : 'amd64';
let recipes: Recipes;
beforeAll(async () => {
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

const Index = z.object({
  manifests: z.array(z.object({ digest: z.string(), platform: z.object({ architecture: z.string() }) })),
});

/** Builds a commit for both; the machine that each image's program is for (elf(5), `e_machine`), and the image as this machine pulls it. */
async function builtForBoth(name: string, codebase: ReturnType<Recipes['codebase']>, commit: string, program: string) {
  const { done, exported } = await codebase.build(commit);
  expect(done.buildStatus, `${exported.DROVER_REASON}\n${recipes.lines.slice(-60).join('\n')}`).toBe('SUCCEEDED');
  const at = async (reference: string) => {
    const accept = 'application/vnd.oci.image.index.v1+json';
    return fetch(`${recipes.registry.url}/v2/drover/${name}/manifests/${reference}`, { headers: { accept } });
  };
  const answer = await at(commit);
  expect(answer.headers.get('docker-content-digest')).toBe(exported.DROVER_DIGEST);
  const { manifests } = Index.parse(await answer.json());
  const machines: Record<string, number | undefined> = {};
  for (const { digest, platform } of manifests) {
    const image = await recipes.imageAt(name, digest);
    machines[platform.architecture] = image && fileInTar(gunzipSync(image.layer), program)?.readUInt16LE(18);
  }
  const pull = imagePuller(recipes.registry.url, join(recipes.folder, 'pulled'));
  const pulled = await pull(`${recipes.registry.host}/drover/${name}@${exported.DROVER_DIGEST}`);
  expect(pulled.config.architecture).toBe(own);
  return { machines, root: pulled.root, digest: exported.DROVER_DIGEST };
}

describe('for arm64 and amd64', { timeout: 600_000 }, () => {
  test.runIf(missingTools(['go']).length === 0)('Go compiles one program for each', async () => {
    const codebase = recipes.codebase('chime', 'go', newCodebaseFiles('go', 'chime'), both);
    const commit = codebase.repository.commit({});
    const { machines, digest } = await builtForBoth('chime', codebase, commit, 'app/chime');
    expect(machines).toEqual({ amd64: 62, arm64: 183 });
    expect((await codebase.build(commit)).exported.DROVER_DIGEST).toBe(digest);
  });

  test.runIf(missingTools(['cargo', 'rustup']).length === 0)('Rust compiles one program for each', async () => {
    const codebase = recipes.codebase('app', 'rust', undefined, both);
    const commit = codebase.repository.commit(files());
    const { machines, root: folder, digest } = await builtForBoth('app', codebase, commit, 'app/app');
    expect(machines).toEqual({ amd64: 62, arm64: 183 });
    expect(execFileSync(join(folder, 'app/app'), { encoding: 'utf8' })).toBe('A one\n');
    expect((await codebase.build(commit)).exported).toMatchObject({ DROVER_DIGEST: digest, DROVER_CACHE: 'hit' });
  });

  test('a C compiler that is not there is one line', { timeout: 120_000 }, async () => {
    const cargo = files({
      'build.rs':
        'fn main() { eprintln!("error occurred in cc-rs: failed to find tool \\"x-gcc\\""); if std::env::var("TARGET") != std::env::var("HOST") { std::process::exit(1) } }\n',
    });
    const codebase = recipes.codebase('with-c', 'rust', undefined, { ...both, DROVER_STEP_FMT: 'true' });
    const { exported } = await codebase.build(codebase.repository.commit(cargo));
    expect(exported.DROVER_REASON).toMatch(/^build: app has C in it, and here is no C compiler for linux\/a/);
  });

  test('Node has one tree for both', async () => {
    const codebase = recipes.codebase('hello', 'node', newCodebaseFiles('node', 'hello'), both);
    await builtForBoth('hello', codebase, codebase.repository.commit({}), 'app/server.js');
  });

  test('what is native for one alone is refused by name', async () => {
    const codebase = recipes.codebase('native', 'node', newCodebaseFiles('node', 'hello'), both);
    const elf = Buffer.alloc(64);
    elf.write('\x7fELF\x02\x01\x01', 'latin1');
    elf[18] = own === 'amd64' ? 62 : 183;
    const { exported } = await codebase.build(
      codebase.repository.commit({ 'vendor/addon.node': elf.toString('latin1') }),
    );
    expect(exported.DROVER_REASON).toMatch(/^image: app\/vendor\/addon.node is native and only for /);
  });

  test('a platform that nothing is built for is told first', async () => {
    const said = { DROVER_PLATFORMS: 'linux/riscv64' };
    const codebase = recipes.codebase('riscv', 'node', newCodebaseFiles('node', 'hello'), said);
    const { exported } = await codebase.build(codebase.repository.commit({}));
    expect(exported.DROVER_REASON).toBe(
      'commit: no image is built for linux/riscv64: there is linux/arm64, linux/amd64',
    );
  });
});
