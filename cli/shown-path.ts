import { relative } from 'node:path';

/** A path as a person best reads it from where they are. */
export function shownPath(from: string, path: string): string {
  const near = relative(from, path) || '.';
  return near.startsWith('../../') ? path : near;
}

/** A word of a command that can be pasted into a shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
