import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newCodebaseFiles } from '../../lib/template/template.ts';
import { missingTools } from '../../local/tools.ts';
import { type Recipes, startRecipes } from './recipe-service.ts';

let recipes: Recipes;
beforeAll(async () => {
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

/** Words that a language keeps for itself, numbers, and the longest name: sources are formatted by the length of their lines. */
const awkward: [language: string, tool: string, names: string[]][] = [
  ['go', 'go', ['v2', 'internal']],
  ['node', 'node', ['404', 'a'.repeat(63)]],
  ['python', 'python3', ['404', 'a'.repeat(63)]],
  ['rust', 'cargo', ['match', '404', 'a'.repeat(63)]],
];

describe.each(awkward)('a new codebase in %s passes its own recipe', { timeout: 240_000 }, (language, tool, names) => {
  test('has its tool, wherever it must not be passed over', () => {
    expect(missingTools([tool]).length === 0 || !process.env.CI).toBe(true);
  });

  test.runIf(missingTools([tool]).length === 0).each(names)('under the name %s', async (name) => {
    const { repository, build } = recipes.codebase(
      `${language}-${name}`.slice(0, 63),
      language,
      newCodebaseFiles(language, name),
    );
    const { done, exported } = await build(repository.commit({}));
    expect([done.buildStatus, exported.DROVER_REASON], recipes.lines.slice(-40).join('\n')).toEqual([
      'SUCCEEDED',
      undefined,
    ]);
  });
});
