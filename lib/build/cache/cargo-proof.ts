import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import * as z from 'zod';
import { refusal } from '../../image/refusal.ts';
import { hashOfFile, type Sources } from './sources.ts';

/** https://doc.rust-lang.org/cargo/reference/external-tools.html#json-messages */
const Artifact = z.object({
  reason: z.literal('compiler-artifact'),
  package_id: z.string(),
  target: z.object({ name: z.string(), kind: z.array(z.string()) }),
  filenames: z.array(z.string()),
  executable: z.string().nullable(),
  fresh: z.boolean(),
});
export type Artifact = z.infer<typeof Artifact>;

/** What a build said of each of its units, in its order. */
export const artifactsOf = (messages: string): Artifact[] =>
  messages.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const parsed = Artifact.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  });

/** A program of which cargo said nothing, by where it lies. Throws where nothing lies there. */
export function artifactAt(path: string, binary: string): Artifact {
  if (!existsSync(path)) throw refusal(`the build left no ${path}`);
  const target = { name: binary, kind: ['bin'] };
  return { reason: 'compiler-artifact', package_id: '', target, filenames: [path], executable: path, fresh: true };
}

/** Where cargo says the program lies. Throws where it said nothing of it. */
export function executableOf(artifacts: Artifact[], binary: string): string {
  const found = artifacts.findLast(({ target, executable }) => executable !== null && target.name === binary);
  if (!found?.executable) throw refusal(`cargo did not say that it built ${binary}`);
  return found.executable;
}

/** `1 crate compiled (shop), 80 were there`. */
export function compiledLine(artifacts: Artifact[]): string {
  const compiled = namesIn(artifacts, false);
  const listed = compiled.length > 0 && compiled.length <= 8 ? ` (${compiled.join(', ')})` : '';
  return `${compiled.length} ${compiled.length === 1 ? 'crate' : 'crates'} compiled${listed}, ${namesIn(artifacts, true).length} were there`;
}

/** How many crates were compiled. */
export const compiledCount = (artifacts: Artifact[]): number => namesIn(artifacts, false).length;

const namesIn = (artifacts: Artifact[], fresh: boolean): string[] =>
  [...new Set(artifacts.filter((one) => one.fresh === fresh).map(({ package_id }) => package_id))].map(nameOf);

/** https://doc.rust-lang.org/cargo/reference/pkgid-spec.html */
const nameOf = (id: string): string => {
  const [source = '', fragment = ''] = id.split('#');
  return /^[\d.]/.test(fragment) ? basename(source) : fragment.replace(/@.*/, '');
};

/**
 * Throws if anything that the program is made of came from the archive although a source that rustc itself lists for it (its
 * dep-info) is not the one the archive was made of. It asks contents, not times: what cargo took for fresh is not believed.
 */
export function proveFresh(artifacts: Artifact[], root: string, changed: readonly string[], restoredAt: number): void {
  const differs = new Set(changed.map((path) => resolve(root, path)));
  if (differs.size === 0) return;
  for (const { filenames, target } of artifacts)
    for (const file of filenames) {
      const listed = depInfoOf(file);
      if (!listed || statSync(file).mtimeMs >= restoredAt) continue;
      const stale = inputsIn(readFileSync(listed, 'utf8'), root).find((input) => differs.has(input));
      if (stale)
        throw refusal(
          `${target.name} was not compiled again although ${stale.slice(root.length + 1)} changed: not pushed`,
        );
    }
}

/**
 * Throws if a source that rustc lists for the program holds something else than when it was checked out: a test that ran beside the
 * build wrote it, or a build script did, and the program is not of its commit alone.
 */
export async function proveUntouched(artifacts: Artifact[], root: string, sources: Sources): Promise<void> {
  const listed = artifacts.flatMap(({ filenames }) => filenames).flatMap((file) => depInfoOf(file) ?? []);
  const inputs = new Set(listed.flatMap((file) => inputsIn(readFileSync(file, 'utf8'), root)));
  for (const input of inputs) {
    const path = relative(root, input);
    const hash = sources[path];
    if (hash !== undefined && (!existsSync(input) || (await hashOfFile(input)) !== hash))
      throw refusal(`${path} was changed while it was built: not pushed`);
  }
}

/** `deps/libshop-1f.rlib` has `deps/shop-1f.d` beside it, `release/shop` has `release/shop.d`. */
function depInfoOf(file: string): string | undefined {
  const stem = basename(file).replace(/\.(rlib|rmeta|so|dylib|dll|exe|a)$/, '');
  return [stem, stem.replace(/^lib/, '')].map((one) => join(dirname(file), `${one}.d`)).find(existsSync);
}

/** The files right of the colons of a dep-info file (make's syntax: a space in a name is `\ `). */
export const inputsIn = (depInfo: string, root: string): string[] =>
  depInfo.split('\n').flatMap((line) => {
    const at = line.search(/:( |$)/);
    if (at < 0 || line.startsWith('#')) return [];
    return (line.slice(at + 1).match(/(?:\\ |\S)+/g) ?? []).map((word) => resolve(root, word.replaceAll('\\ ', ' ')));
  });
