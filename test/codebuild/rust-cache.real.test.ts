import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Recipes, startRecipes } from './recipe-service.ts';
import { files, lockOf, mainOf, packageOf, printedBy, wordOf } from './rust-sample.ts';

/** The real Rust recipe, a fresh checkout each time, through the local CodeBuild and the local registry. */
let recipes: Recipes;
beforeAll(async () => {
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

/** Builds a commit; what its program prints, what the cache did, and which crates the release build compiled. */
async function shipped(codebase: ReturnType<Recipes['codebase']>, name: string, commit: string) {
  const from = recipes.lines.length;
  const { done, exported } = await codebase.build(commit);
  const log = recipes.lines.slice(from);
  expect(done.buildStatus, log.join('\n')).toBe('SUCCEEDED');
  const image = await recipes.imageAt(name, commit);
  const said = log
    .map((line) => /cargo: \d+ crates? compiled(?: \((.*)\))?, /.exec(line))
    .find((found) => found !== null);
  return {
    digest: image?.digest,
    prints: image ? printedBy(image.layer, 'app', join(recipes.folder, name)) : undefined,
    cache: exported.DROVER_CACHE,
    compiled: said?.[1]?.split(', ') ?? [],
    log,
  };
}

describe('the Rust recipe', { timeout: 600_000 }, () => {
  test('forward, back and forward again ships the right program, and compiles what differs', async () => {
    const app = recipes.codebase('app', 'rust');
    const a = app.repository.commit(files());
    const b = app.repository.commit({ 'src/main.rs': mainOf('B') });
    const word = app.repository.commit({ 'word/src/lib.rs': wordOf('two') });

    const first = await shipped(app, 'app', a);
    expect(first).toMatchObject({ prints: 'A one', cache: 'cold: there is no archive of this toolchain' });
    expect(first.compiled.toSorted()).toEqual(['app', 'word']);
    expect(await shipped(app, 'app', b)).toMatchObject({ prints: 'B one', cache: 'hit', compiled: ['app'] });
    const back = await shipped(app, 'app', a);
    expect(back).toMatchObject({ prints: 'A one', cache: 'hit', compiled: ['app'], digest: first.digest });
    expect(await shipped(app, 'app', word)).toMatchObject({ prints: 'B two', compiled: ['word', 'app'] });
    const again = await shipped(app, 'app', word);
    expect(again).toMatchObject({ prints: 'B two', cache: 'hit', compiled: [] });
    expect(again.log).toContain('cache: not kept: nothing changed');

    const bumped = app.repository.commit({
      'Cargo.toml': files()['Cargo.toml']?.replace('1.0.0', '1.1.0') ?? '',
      'Cargo.lock': lockOf(['app', '1.1.0', ['word']], ['word', '1.0.0', []]),
    });
    expect(await shipped(app, 'app', bumped)).toMatchObject({ prints: 'B two', cache: 'older', compiled: ['app'] });
    const added = app.repository.commit({
      'Cargo.toml': `${packageOf('app', '1.1.0')}[dependencies]\nmore = { path = "more" }\nword = { path = "word" }\n[workspace]\nmembers = ["word", "more"]\n`,
      'Cargo.lock': lockOf(['app', '1.1.0', ['more', 'word']], ['more', '1.0.0', []], ['word', '1.0.0', []]),
      'more/Cargo.toml': packageOf('more', '1.0.0'),
      'more/src/lib.rs': 'pub const MORE: u8 = 1;\n',
    });
    expect(await shipped(app, 'app', added)).toMatchObject({
      prints: 'B two',
      cache: 'older',
      compiled: ['more', 'app'],
    });
  });

  test('with incremental compilation, where the project says so: an archive of its own, and the right program again', async () => {
    const app = recipes.codebase('quick', 'rust', undefined, { DROVER_INCREMENTAL: 'yes' });
    const named = (text: string) => text.replaceAll('"app"', '"quick"');
    const made = Object.entries(files()).map(([path, text]): [string, string] => [path, named(text)]);
    const a = app.repository.commit(Object.fromEntries(made));
    const b = app.repository.commit({ 'src/main.rs': mainOf('B') });

    await app.build(a);
    const kept = join(recipes.folder, 'codebuild/work/drover-quick/src/target/debug/incremental');
    expect((await readdir(kept)).length).toBeGreaterThan(0);
    const { done, exported } = await app.build(b);

    expect(done.buildStatus).toBe('SUCCEEDED');
    expect(exported.DROVER_CACHE).toBe('hit');
    const image = await recipes.imageAt('quick', b);
    expect(image && printedBy(image.layer, 'quick', join(recipes.folder, 'quick-program'))).toBe('B one');
  });
});
