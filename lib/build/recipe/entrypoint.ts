import * as z from 'zod';
import { refusal } from '../../image/refusal.ts';

const PackageJson = z.looseObject({
  main: z.string().optional(),
  scripts: z.record(z.string(), z.string()).optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
  packageManager: z.string().optional(),
});

/**
 * How a Node service is started: its `start` script where that is plain `node …`, else `main`, else `server.js` or `index.js`.
 * It is not started through npm, which would not be in the image and does not pass signals on.
 */
export function nodeEntrypoint(text: string, exists: (path: string) => boolean): string[] {
  const { scripts, main } = PackageJson.parse(JSON.parse(text));
  const words = scripts?.start?.trim().split(/\s+/) ?? [];
  if (words[0] === 'node' && words.length > 1 && words.every((word) => /^[\w@%+=:,./-]+$/.test(word))) return words;
  const file = [main, 'server.js', 'index.js'].find((path) => path !== undefined && exists(path));
  if (file) return ['node', file];
  throw refusal('package.json does not say how to start: give it a script "start": "node server.js"');
}

/** Whether the service needs any package while it runs. */
export function hasDependencies(text: string): boolean {
  const { dependencies, optionalDependencies } = PackageJson.parse(JSON.parse(text));
  return Object.keys({ ...dependencies, ...optionalDependencies }).length > 0;
}

/** `pnpm@9.15.9` as the field `packageManager` says, without its hash; empty where it says nothing. */
export const packageManager = (text: string): string =>
  PackageJson.parse(JSON.parse(text)).packageManager?.split('+')[0] ?? '';
