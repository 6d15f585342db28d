import { afterAll, beforeAll, describe, test } from 'vitest';
import { endsInOneLine, tried } from './bad-input.ts';
import { type Recipes, startRecipes } from './recipe-service.ts';

let recipes: Recipes;
beforeAll(async () => {
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

describe('ends in one plain line, and nothing is pushed', { timeout: 60_000 }, () => {
  test.each(tried.filter(({ quick }) => quick === true))('$language: $name', (one) => endsInOneLine(recipes, one));
});
