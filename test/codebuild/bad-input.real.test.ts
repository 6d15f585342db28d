import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { endsInOneLine, fillsTheDisk, tried } from './bad-input.ts';
import { type Recipes, startRecipes } from './recipe-service.ts';

let recipes: Recipes;
beforeAll(async () => {
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

describe('ends in one plain line, and nothing is pushed', { timeout: 120_000 }, () => {
  test.each(tried.filter(({ quick }) => quick === undefined))('$language: $name', (one) => endsInOneLine(recipes, one));

  test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'a disk of 60 MB that a test fills: it is said although nothing can be written',
    async () => {
      const small = join(recipes.folder, 'codebuild/work');
      mkdirSync(small, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=60m', 'tmpfs', small]);
      try {
        await endsInOneLine(recipes, fillsTheDisk);
      } finally {
        execFileSync('umount', ['--lazy', small]);
      }
    },
  );
});
