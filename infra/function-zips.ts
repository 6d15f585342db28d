import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { HerdFile } from '../lib/codebase/herd-file.ts';
import { herdJson } from '../lib/codebase/read-herd.ts';
import { archive } from './archive.ts';
import { bundle } from './bundle.ts';
import type { RecipeFiles } from './recipe-files.ts';

/** A packaged function: its name, its zip, and the size of the code in it before packing. Sizes in bytes. */
export type FunctionZip = { name: string; zip: Uint8Array; codeBytes: number };

/** Every file of `functions/`, packaged as `functions/<name>.mjs` with the herd beside; what publishes recipes has them inside. */
export async function functionZips(herd: HerdFile, recipes: RecipeFiles, root = '.'): Promise<FunctionZip[]> {
  const sources = readdirSync(join(root, 'functions')).filter((file) => file.endsWith('.ts'));
  return Promise.all(
    sources.toSorted().map(async (source) => {
      const name = basename(source, '.ts');
      const code = await bundle(join(root, 'functions', source));
      const beside = name === 'publish-recipes' ? recipesBeside(recipes) : { 'herd.json': Buffer.from(herdJson(herd)) };
      return { name, codeBytes: code.length, zip: await archive({ [`functions/${name}.mjs`]: code, ...beside }) };
    }),
  );
}

const recipesBeside = ({ files }: RecipeFiles): Record<string, Uint8Array> =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`recipes/${name}`, content]));
