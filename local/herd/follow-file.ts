import { readFileSync } from 'node:fs';

/** Milliseconds from one look to the next. */
const EVERY_MS = 500;

/**
 * Gives a file's text whenever it is another one, undefined where the file is gone; first of all as it is now. The text is read anew
 * at each look: editors replace a file, write it in parts, or take it away for a moment, and what watches an inode misses or doubles
 * that. So a text is given only once two looks have found it.
 */
export function followFile(
  path: string,
  taken: (text: string | undefined) => Promise<void>,
  everyMs = EVERY_MS,
): { stop: () => void } {
  let given: { text: string | undefined } | undefined;
  let seen: { text: string | undefined } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const look = async () => {
    const text = textOf(path);
    const isSettled = seen !== undefined && seen.text === text;
    seen = { text };
    if (isSettled && (given === undefined || given.text !== text)) {
      given = { text };
      await taken(text);
    }
    if (!stopped) timer = setTimeout(look, everyMs);
  };
  void look();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Undefined also where the file cannot be read: that may pass. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
