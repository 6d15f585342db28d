import { cp, glob, mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** The files under a folder that CodeBuild's patterns name ("**\/*": everything below), each once, relative to the base. */
export async function filesOf(base: string, patterns: string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const pattern of patterns)
    for await (const entry of glob(pattern, { cwd: base, withFileTypes: true }))
      if (entry.isFile()) {
        const path = relative(base, join(entry.parentPath, entry.name));
        if (!path.startsWith(`..${sep}`)) found.add(path);
      }
  return [...found].sort();
}

/** Copies artifacts; returns how many. */
export async function copyArtifacts(base: string, patterns: string[], flat: boolean, to: string): Promise<number> {
  const files = await filesOf(base, patterns);
  for (const file of files) {
    const target = join(to, flat ? basename(file) : file);
    await mkdir(dirname(target), { recursive: true });
    await cp(join(base, file), target);
  }
  return files.length;
}

/** Brings a project's cached folders into a fresh source; returns those that were there. */
export async function restoreCache(paths: string[], source: string, cache: string): Promise<string[]> {
  return moveFolders(cacheFolders(paths, source), cache, source);
}

/** Keeps the cached folders of a build for the next. */
export async function keepCache(paths: string[], source: string, cache: string): Promise<string[]> {
  return moveFolders(cacheFolders(paths, source), source, cache);
}

/**
 * Cache paths of the form `folder/**\/*` inside the source. Others, such as `/root/.npm/**\/*`, would reach into the home of
 * whoever runs this machine, and are left alone.
 */
function cacheFolders(paths: string[], source: string): string[] {
  return paths
    .map((path) => path.replace(/\/\*\*(\/\*)?$/, ''))
    .filter((path) => !/[*?[]/.test(path) && resolve(source, path).startsWith(source + sep));
}

async function moveFolders(folders: string[], from: string, to: string): Promise<string[]> {
  const moved: string[] = [];
  for (const folder of folders) {
    await rm(join(to, folder), { recursive: true, force: true });
    try {
      await cp(join(from, folder), join(to, folder), {
        recursive: true,
        preserveTimestamps: true,
        verbatimSymlinks: true,
      });
      moved.push(folder);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  return moved;
}
