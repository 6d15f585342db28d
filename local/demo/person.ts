import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Git in a working clone, as a person types it; what it printed. Throws with git's own words. */
export async function git(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', args, { cwd: folder });
  return stdout.trim();
}

/** Edits one file of a clone, commits and pushes; the commit. */
export async function push(
  folder: string,
  edit: { file: string; change: (text: string) => string; message: string },
  { send = true }: { send?: boolean } = {},
): Promise<string> {
  const file = join(folder, edit.file);
  await writeFile(file, edit.change(await readFile(file, 'utf8')));
  await git(folder, 'commit', '--quiet', '--all', '--message', edit.message);
  if (send) await git(folder, 'push', '--quiet');
  return git(folder, 'rev-parse', 'HEAD');
}

/** What the page of a link answered to a decision, redirects followed. */
export async function decide(
  link: string,
  decision: 'approve' | 'reject',
  name: string,
): Promise<{ status: number; text: string }> {
  const answer = await fetch(link, {
    method: 'POST',
    redirect: 'follow',
    headers: { origin: new URL(link).origin, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ decision, name }),
  });
  return { status: answer.status, text: await answer.text() };
}

/** Sends requests to an address, one after another without a pause, until it is stopped; then how many, and how many failed. */
export function steadyRequests(url: string): { stop: () => Promise<{ sent: number; failed: number }> } {
  let stopped = false;
  let sent = 0;
  let failed = 0;
  const client = async () => {
    while (!stopped) {
      sent += 1;
      const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
      await answer?.text().catch(() => undefined);
      if (answer?.ok !== true) failed += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const clients = [client(), client()];
  return {
    stop: async () => {
      stopped = true;
      await Promise.all(clients);
      return { sent, failed };
    },
  };
}
