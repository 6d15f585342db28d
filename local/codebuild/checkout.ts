import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { refsOf } from './source-version.ts';

const run = promisify(execFile);

export type Checkout = { kind: 'done'; commit: string } | { kind: 'failed'; reason: string };

/**
 * A fresh clone at the commit. It has no credentials and asks for none. A commit that is not there (a force-push took it away)
 * ends as CodeBuild ends it: "reference not found for primary source and source version".
 */
export async function checkOut(
  location: string,
  version: string | undefined,
  folder: string,
  environment: Record<string, string>,
): Promise<Checkout> {
  await rm(folder, { recursive: true, force: true });
  const env = { ...environment, GIT_TERMINAL_PROMPT: '0', GIT_LFS_SKIP_SMUDGE: '1' };
  const git = (...args: string[]) => run('git', args, { env, maxBuffer: 10_000_000 });
  try {
    await git('clone', '--quiet', '--no-checkout', '--', location, folder);
  } catch (error) {
    return { kind: 'failed', reason: `git clone failed for primary source: ${lastLine(error)}` };
  }
  const wanted = version || 'HEAD';
  const { names, fetched } = refsOf(wanted);
  // Only asked for where it is named: a clone has no refs of pull requests.
  if (fetched) await git('-C', folder, 'fetch', '--quiet', 'origin', '--', fetched).catch(() => undefined);
  for (const name of names) {
    const commit = await git('-C', folder, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`)
      .then(({ stdout }) => stdout.trim())
      .catch(() => undefined);
    if (!commit) continue;
    try {
      await git('-C', folder, 'checkout', '--quiet', '--detach', commit);
      return { kind: 'done', commit };
    } catch (error) {
      return { kind: 'failed', reason: `git checkout failed for primary source: ${lastLine(error)}` };
    }
  }
  return { kind: 'failed', reason: `reference not found for primary source and source version ${wanted}` };
}

function lastLine(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return text.trim().split('\n').at(-1) ?? text;
}
