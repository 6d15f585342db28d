import { resolve, sep } from 'node:path';

/** A path below a folder as an absolute one, or undefined where it leads out of the folder. */
export function inside(folder: string, path: string): string | undefined {
  const found = resolve(folder, path);
  return found === folder || found.startsWith(folder + sep) ? found : undefined;
}
