import { build } from 'esbuild';
import { eventStreams, neverOnLambda, slim } from './slim.ts';

/** Code that was CommonJS may ask for `require` at run time, which an ES module does not have. */
const createRequire =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/**
 * One file for Node 24 from an entry file: everything inside, the SDK too, so that what was tested is what runs. ES module,
 * minified, `module` before `main` (smaller: trees can be shaken). The banner comes in only where the bundle asks for it.
 */
export async function bundle(entry: string): Promise<Uint8Array> {
  const plain = await bundled(entry, '');
  return plain.text.includes('Dynamic require of') ? (await bundled(entry, createRequire)).contents : plain.contents;
}

async function bundled(entry: string, banner: string): Promise<{ text: string; contents: Uint8Array }> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'error',
    banner: { js: banner },
    external: entry.endsWith('publish-recipes.ts') ? neverOnLambda : [...neverOnLambda, eventStreams],
    plugins: [slim],
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return file;
}
