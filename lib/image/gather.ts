import { lstat, readFile, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { refusal } from './refusal.ts';
import type { TarEntry } from './tar.ts';
import { namesUnder } from './walk.ts';

/** Everything in a folder, to lie under `prefix` in the image. Refuses what an image should not hold: sockets, and links that leave the folder. */
export async function gather(folder: string, prefix: string): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for (const name of await namesUnder(folder)) entries.push(await entryOf(folder, name, prefix));
  return entries;
}

async function entryOf(folder: string, name: string, prefix: string): Promise<TarEntry> {
  const from = join(folder, name);
  const path = posix.join(prefix, name);
  const stats = await lstat(from);
  if (stats.isDirectory()) return { kind: 'directory', path };
  if (stats.isSymbolicLink()) return { kind: 'link', path, target: inside(name, await readlink(from)) };
  if (stats.isFile())
    return { kind: 'file', path, executable: (stats.mode & 0o111) !== 0, content: await readFile(from) };
  throw refusal(`${name} is neither a file, a folder nor a link: an image cannot hold it`);
}

/** The target of a link, by name below the tree's root. Throws one line where it leads out of the tree. */
export function inside(name: string, target: string): string {
  const reached = posix.normalize(posix.join(posix.dirname(name), target));
  if (posix.isAbsolute(target) || reached === '..' || reached.startsWith('../'))
    throw refusal(`the link ${name} points out of the tree, to ${target}: put the file itself there`);
  return target;
}
