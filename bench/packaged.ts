import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FunctionZip, functionZips } from '../infra/function-zips.ts';
import { loadHerd } from '../infra/load-herd.ts';
import { recipeFiles } from '../infra/recipe-files.ts';
import { once } from '../lib/lambda/once.ts';
import { unzip } from './unzip.ts';

/** The project's own folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The zips of all functions, byte for byte as `npm run package` writes them (it calls the same), made once in a run. */
export const packaged: () => Promise<FunctionZip[]> = once(async () =>
  functionZips(loadHerd(join(root, 'codebases.yml')).file, await recipeFiles(root), root),
);

/** Unpacks a zip into a folder, as Lambda does into `/var/task`. */
export function unpack(zip: Uint8Array, folder: string): void {
  for (const [name, content] of unzip(zip)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}
