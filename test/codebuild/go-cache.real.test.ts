import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingTools } from '../../local/tools.ts';
import { type Recipes, startRecipes } from './recipe-service.ts';
import { printedBy } from './rust-sample.ts';

/** The real Go recipe, a fresh checkout each time, through the local CodeBuild and the local registry. */
const hasGo = missingTools(['go']).length === 0;
let recipes: Recipes;
beforeAll(async () => {
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

const main = (what: string) =>
  `package main\n\nimport (\n\t"fmt"\n\n\t"example.com/app/word"\n)\n\nfunc main() {\n\tfmt.Println("${what}", word.Word())\n}\n`;
const word = (what: string) =>
  `// Package word has one word.\npackage word\n\n// Word is it.\nfunc Word() string {\n\treturn "${what}"\n}\n`;
const files = { 'go.mod': 'module example.com/app\n\ngo 1.21\n', 'main.go': main('A'), 'word/word.go': word('one') };

/** Builds a commit; what its program prints, what the cache did, and what it kept. */
async function shipped(codebase: ReturnType<Recipes['codebase']>, name: string, commit: string) {
  const from = recipes.lines.length;
  const { done, exported } = await codebase.build(commit);
  const log = recipes.lines.slice(from);
  expect(done.buildStatus, log.join('\n')).toBe('SUCCEEDED');
  const image = await recipes.imageAt(name, commit);
  return {
    digest: image?.digest,
    prints: image ? printedBy(image.layer, 'app', `${recipes.folder}/${name}`) : undefined,
    cache: exported.DROVER_CACHE,
    kept: log.filter((line) => /^cache: (not )?kept/.test(line)),
  };
}

/** Megabytes of what was kept of compiled packages. */
const size = (kept: string[]): number => Number(/kept, ([\d.]+) MB/.exec(kept[0] ?? '')?.[1]);

describe('the Go recipe', { timeout: 600_000 }, () => {
  test('has go, wherever it must not be passed over', () => {
    expect(hasGo || !process.env.CI).toBe(true);
  });

  test.runIf(hasGo)('forward, back and forward again ships the right program out of what was kept', async () => {
    const app = recipes.codebase('app', 'go', undefined, { DROVER_GO_CACHES: 'kept' });
    const a = app.repository.commit(files);
    const b = app.repository.commit({ 'main.go': main('B') });
    const two = app.repository.commit({ 'word/word.go': word('two') });

    const first = await shipped(app, 'app', a);
    expect(first).toMatchObject({ prints: 'A one', cache: 'cold: there is no archive of this toolchain' });
    expect(await shipped(app, 'app', b)).toMatchObject({ prints: 'B one', cache: 'hit' });
    const back = await shipped(app, 'app', a);
    expect(back).toMatchObject({ prints: 'A one', cache: 'hit', digest: first.digest });
    const forward = await shipped(app, 'app', two);
    expect(forward).toMatchObject({ prints: 'B two', cache: 'hit' });
    // What no build used is gone: the archive does not grow.
    expect(size(forward.kept)).toBeLessThanOrEqual(size(first.kept) * 1.05);
    const again = await shipped(app, 'app', two);
    expect(again).toMatchObject({ prints: 'B two', cache: 'hit', digest: forward.digest });
    expect(again.kept[0]).toBe('cache: not kept: nothing changed');
  });
});
