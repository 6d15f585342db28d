import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Writes what a recipe needs beside the source, as it finds it under `CODEBUILD_SRC_DIR_drover`: `image.mjs`, `recipe.mjs` and `cache.mjs`,
 * each a file that runs with Node 20, what they share, and the shell scripts in `shared/`. The same input gives the same files.
 */
export async function writeRecipes(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: {
      image: join(root, 'lib/image/main.ts'),
      recipe: join(root, 'lib/build/recipe/main.ts'),
      cache: join(root, 'lib/build/cache/main.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What only one of their ways needs (the SDK, for ECR's token) is a file of its own, which the others need not read.
    splitting: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    // Some of the SDK's packages still call require() for Node's own modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  await cp(join(root, 'buildspec/shared'), join(folder, 'shared'), { recursive: true });
}
