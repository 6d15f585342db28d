import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Cache } from './buildspec.ts';
import { filesOf } from './file-pattern.ts';
import { inside } from './inside.ts';

type Options = {
  cache: Cache;
  source: string;
  /** The project's own; each key has a folder in it. */
  folder: string;
  /** "A cache key can include shell commands and environment variables" (caching-s3, Generate dynamic keys). */
  expand: (text: string) => Promise<string>;
};

/**
 * Brings what was kept into a fresh source, by the key exactly, else by the first fallback key that begins one ("matched using a
 * prefix search"), the newest of several. Returns lines for the log.
 */
export async function restoreCache({ cache, source, folder, expand }: Options): Promise<string[]> {
  if (cache.paths.length === 0) return [];
  const told = outside(cache, source);
  if (cache.action === 'save') return [...told, 'cache: action is save, so nothing is restored'];
  const kept = await keptKeys(folder);
  const key = cache.key === undefined ? '' : await expand(cache.key);
  let found = kept.find((one) => one.key === key);
  if (!found && cache.key !== undefined)
    for (const fallback of cache['fallback-keys']) {
      const prefix = await expand(fallback);
      found ??= kept.find((one) => one.key !== '' && one.key.startsWith(prefix));
    }
  if (!found) return [...told, `cache: nothing is kept${key ? ` for ${key}` : ''}`];
  const copied = await copyPaths(cache.paths, join(found.folder, 'files'), source);
  return [...told, ...copied.map((path) => `Restored cache ${path}${found.key ? ` from ${found.key}` : ''}`)];
}

/** Keeps the cached paths for the next build. A copy with a key "will not be updated once created" (caching-s3). */
export async function keepCache({ cache, source, folder, expand }: Options): Promise<string[]> {
  if (cache.paths.length === 0) return [];
  if (cache.action === 'restore') return ['cache: action is restore, so nothing is kept'];
  const key = cache.key === undefined ? '' : await expand(cache.key);
  if (key !== '' && (await keptKeys(folder)).some((one) => one.key === key)) return [`cache: ${key} is kept already`];
  const to = join(folder, folderOf(key));
  await rm(`${to}.new`, { recursive: true, force: true });
  const copied = await copyPaths(cache.paths, source, join(`${to}.new`, 'files'));
  if (copied.length === 0) return ['cache: none of its paths is there, so nothing is kept'];
  await writeFile(join(`${to}.new`, 'key'), key);
  await rm(to, { recursive: true, force: true });
  await rename(`${to}.new`, to);
  return copied.map((path) => `Kept cache ${path}${key ? ` as ${key}` : ''}`);
}

/** A path such as `/root/.npm/**\/*` would reach into the home of whoever runs this machine. */
const outside = ({ paths }: Cache, source: string): string[] =>
  paths
    .filter((path) => inside(source, path) === undefined)
    .map((path) => `cache.paths: no effect here: ${path} is outside the source, and this machine's own is left alone`);

const folderOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 32);

/** Newest first. */
async function keptKeys(folder: string): Promise<{ key: string; folder: string; at: number }[]> {
  const names = await readdir(folder).catch(() => []);
  const all = await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name, 'key');
      const key = await readFile(file, 'utf8').catch(() => undefined);
      if (key === undefined || name !== folderOf(key)) return [];
      return [{ key, folder: join(folder, name), at: (await stat(file)).mtimeMs }];
    }),
  );
  return all.flat().sort((a, b) => b.at - a.at);
}

/** Whole folders as they are (`folder/**\/*`, with links and times), single files and other patterns file by file. */
async function copyPaths(paths: string[], from: string, to: string): Promise<string[]> {
  const copied: string[] = [];
  for (const path of paths) {
    const whole = path.replace(/\/\*\*(\/\*)?$/, '');
    const names = /[*?]/.test(whole) ? await filesOf(from, [path]) : [whole];
    let any = false;
    for (const name of names) {
      if (inside(from, name) === undefined) continue;
      if (!(await stat(join(from, name)).catch(() => undefined))) continue;
      await rm(join(to, name), { recursive: true, force: true });
      await mkdir(dirname(join(to, name)), { recursive: true });
      const options = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
      await cp(join(from, name), join(to, name), options);
      any = true;
    }
    if (any) copied.push(whole);
  }
  return copied;
}
