import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFacts } from '../../lib/build/facts.ts';
import { newCodebaseFiles } from '../../lib/template/template.ts';
import { type Recipes, startRecipes } from './recipe-service.ts';
import { servesAndDrains } from './serves-and-drains.ts';

let recipes: Recipes;
beforeAll(async () => {
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

const sample = (name: string, language: string, codebase = name) =>
  recipes.codebase(codebase, language, newCodebaseFiles(language, name));

/** Whether a 64-bit ELF program has a segment of type PT_INTERP (3), which a static one has not (elf(5)). */
function asksForLoader(program: Buffer): boolean {
  const [at, size, count] = [Number(program.readBigUInt64LE(32)), program.readUInt16LE(54), program.readUInt16LE(56)];
  return Array.from({ length: count }, (_, index) => program.readUInt32LE(at + index * size)).includes(3);
}

describe('the Rust recipe', { timeout: 120_000 }, () => {
  test('builds stamp into an image that holds one static program', async () => {
    const { repository, build } = sample('stamp', 'rust');
    const commit = repository.commit({});

    const { done, exported, record } = await build(commit);

    expect(done.buildStatus, recipes.lines.join('\n')).toBe('SUCCEEDED');
    const image = await recipes.imageAt('stamp', commit);
    expect(image?.digest).toBe(exported.DROVER_DIGEST);
    expect(image?.config.Entrypoint).toEqual(['/app/stamp']);
    expect(record?.reports).toMatchObject([{ status: 'SUCCEEDED', total: 5, failed: 0 }]);
    expect(parseFacts(exported.DROVER_FACTS)).toMatchObject({ tests: { total: 5, failed: 0 }, compiled: 1 });
    const program = join(recipes.folder, 'codebuild/work/drover-stamp/.drover-work/image/stamp');
    expect(existsSync(program)).toBe(true);
    await servesAndDrains(program, [], recipes.folder);
    if (process.platform === 'linux') expect(asksForLoader(readFileSync(program))).toBe(false);
  });

  test('a source that a test rewrites beside the build is said in one line, and nothing is pushed', async () => {
    const { repository, build } = recipes.codebase('stamp-touched', 'rust', newCodebaseFiles('rust', 'stamp'), {
      DROVER_STEP_INSTALL: 'cargo fetch --locked',
      DROVER_STEP_CLIPPY: 'echo "// by a test" >> src/main.rs',
      DROVER_STEP_TEST: 'true',
      DROVER_STEP_DOCTEST: 'true',
    });
    const commit = repository.commit({});
    const { exported } = await build(commit);
    expect(exported.DROVER_REASON).toBe('image: src/main.rs was changed while it was built: not pushed');
    expect(await recipes.imageAt('stamp-touched', commit)).toBeUndefined();
  });

  test('what clippy refuses is said in one line, and nothing is pushed', { timeout: 120_000 }, async () => {
    const { repository, build } = sample('stamp', 'rust', 'stamp-lint');
    const main = newCodebaseFiles('rust', 'stamp')['src/main.rs'];
    const commit = repository.commit({
      'src/main.rs': `${main}
pub fn same(a: u8) -> bool {
    a == a
}
`,
    });

    const { done, exported } = await build(commit);

    expect(done.buildStatus).toBe('FAILED');
    expect(exported.DROVER_REASON).toMatch(/^clippy failed with exit status 101: error: equal expressions/);
    expect(await recipes.imageAt('stamp-lint', commit)).toBeUndefined();
  });
});
