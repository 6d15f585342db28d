import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gitEnvironment } from './github/git.ts';

/**
 * Takes a folder's state away, as `--fresh` asks, but not what a person wrote: clones that hold more than they began with are moved beside
 * it. Returns where they are now; undefined where there was none.
 */
export function beginAnew(folder: string, now: Date): string | undefined {
  const clones = join(folder, 'codebases');
  const written = existsSync(clones) ? readdirSync(clones).filter((name) => holdsWork(join(clones, name))) : [];
  const kept = `${folder}-before-${now.toISOString().slice(0, 19).replaceAll(':', '-')}`;
  if (written.length > 0) mkdirSync(kept, { recursive: true });
  for (const name of written) renameSync(join(clones, name), join(kept, name));
  rmSync(folder, { recursive: true, force: true });
  return written.length > 0 ? kept : undefined;
}

/** More than the one commit that every clone begins with, or files that are in none. What git cannot say is kept. */
function holdsWork(clone: string): boolean {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', clone, ...args], {
      env: gitEnvironment(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  try {
    return Number(git('rev-list', '--count', '--all')) > 1 || git('status', '--porcelain').trim() !== '';
  } catch {
    return true;
  }
}
