import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { namesUnder } from '../../image/walk.ts';
import { labelFile } from './label.ts';

/** One word for which files lie in a folder, whatever they hold: caches that name each file by its content have no other change. */
export async function listingOf(folder: string): Promise<string> {
  const names = existsSync(folder) ? await namesUnder(folder) : [];
  const own = names.filter((name) => name !== labelFile);
  return createHash('sha256').update(own.join('\0')).digest('hex');
}
