import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, utimes } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';

/** The SHA-256 of every file by its path in the source. */
export type Sources = Record<string, string>;

/**
 * What every file of a source holds: the bytes as they were checked out, so that a changed attribute, filter, submodule or link
 * target counts as the change that it is (git's blob hashes would not show it). Links are left out: cargo looks at what they lead to.
 */
export async function hashSources(root: string, leaveOut: readonly string[]): Promise<Sources> {
  const sources: Sources = {};
  const visit = async (folder: string): Promise<void> => {
    for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.name === '.git' || leaveOut.includes(path)) continue;
      if (entry.isDirectory()) await visit(path);
      else if (entry.isFile()) sources[relative(root, path)] = await hashOfFile(path);
    }
  };
  await visit(root);
  return sources;
}

export const hashOfFile = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

/** The paths whose content is not the one that the archive was made of, or that it did not know. */
export const changedSince = (then: Sources, now: Sources): string[] =>
  Object.keys(now).filter((path) => now[path] !== then[path]);

/** What stood still while a build ran: a file that a step rewrote is in no archive's list, and so counts as changed. */
export const unmoved = (before: Sources, after: Sources): Sources =>
  Object.fromEntries(Object.entries(after).filter(([path, hash]) => before[path] === hash));

/**
 * Cargo compares file times with those of what it compiled (https://doc.rust-lang.org/nightly/nightly-rustc/cargo/core/compiler/fingerprint/).
 * Unchanged files become as old as can be; all others are of now, since a checkout may be older than an archive that another build
 * kept meanwhile. Folders stay new: a build script that watches one must see that a file left it. So does every Cargo.toml, whose time
 * counts for one thing alone: a build script that does not say what it depends on (and may ask git) is run again.
 */
export async function setTimes(root: string, sources: Sources, changed: readonly string[], now: Date): Promise<void> {
  const differs = new Set(changed);
  for (const path of Object.keys(sources)) {
    const file = join(root, path);
    if (!(await lstat(file)).isFile()) continue;
    const time = differs.has(path) || basename(path) === 'Cargo.toml' ? now : new Date(1_000);
    await utimes(file, time, time);
  }
}
