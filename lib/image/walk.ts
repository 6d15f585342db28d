import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';

/** The paths of all that lies in a folder, sorted. Links are named and not followed, as `readdir` with `recursive` would. */
export async function namesUnder(folder: string): Promise<string[]> {
  const names: string[] = [];
  const visit = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const name = posix.join(below, entry.name);
      names.push(name);
      if (entry.isDirectory()) await visit(name);
    }
  };
  await visit('');
  return names.sort();
}
