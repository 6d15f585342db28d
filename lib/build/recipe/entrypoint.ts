import * as z from 'zod';
import { refusal } from '../../image/refusal.ts';

const PackageJson = z.looseObject({
  name: z.string().optional(),
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  main: z.string().optional(),
  scripts: z.record(z.string(), z.string()).optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
  packageManager: z.string().optional(),
});

/**
 * How a Node service is started: the program of `bin` (or the file) that is named, else its `start` script where that is plain
 * `node …`, else its only program or the one of the codebase's own name, else `main`, else `server.js` or `index.js`.
 * It is not started through npm, which would not be in the image and does not pass signals on.
 */
export function nodeEntrypoint(
  text: string,
  exists: (path: string) => boolean,
  codebase = '',
  named?: string,
): string[] {
  const { scripts, main, bin = {}, name = '' } = PackageJson.parse(JSON.parse(text));
  const programs = typeof bin === 'string' ? { [name.replace(/^.*\//, '')]: bin } : bin;
  const names = Object.keys(programs);
  if (named !== undefined) {
    const program = programs[named] ?? (exists(named) ? named : undefined);
    if (program !== undefined) return ['node', program];
    throw refusal(`package.json has no program ${named}: there is ${names.join(', ') || 'none'}`);
  }
  const start = scripts?.start?.trim() ?? '';
  const words = start.split(/\s+/);
  if (words[0] === 'node' && words.length > 1 && words.every((word) => /^[\w@%+=:,./-]+$/.test(word))) return words;
  // It names a program, only not so that it could be read: any other might be the wrong one.
  if (/(?:^|[\s;&|])node\s/.test(start))
    throw refusal(
      `“${start}” is not plain “node …”: write the script "start" so, or name the file by “binary:” in codebases.yml`,
    );
  const program = programs[codebase] ?? (names.length === 1 ? Object.values(programs)[0] : undefined);
  if (program !== undefined) return ['node', program];
  if (names.length > 1) throw refusal(`several programs (${names.join(', ')}): name one by “binary:” in codebases.yml`);
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
