import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync, writeSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { steps } from '../../codebase/language.ts';
import { atOnceOf, beside, chainOf, type RunStep } from './beside.ts';

/** Where things are, as `begin.sh` says, and how many cores to use where that is said. */
export type Place = { shared: string; work: string; cores: string | undefined };

/** What the shell says of a program that SIGTERM ended. */
const terminated = 143;

/**
 * Runs a recipe's steps by its script, chains side by side, and writes the names of those that failed where `passed.sh` looks. Each
 * step is a process group of its own: what ends this process ends all that they started.
 */
export async function runBeside({ shared, work, cores }: Place, script: string, chains: string[]): Promise<void> {
  const available = Number(cores) || availableParallelism();
  // Unlimited is said by 0 or by more than there is.
  const memory = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());
  const atOnce = atOnceOf(chains.length, available, memory);
  const jobs = jobsOf(join(work, 'jobs'), available - atOnce);
  const groups = new Set<number>();

  let ending = false;

  const run: RunStep = (name, folder, show) => {
    if (ending) return { ended: new Promise(() => {}), stop: () => {} };
    const words = [script, name];
    const own = steps.some((step) => step === name) ? [join(shared, 'step.sh'), name, 'bash', ...words] : words;
    const child = spawn('bash', own, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', jobs.pipe],
      env: { ...process.env, CARGO_MAKEFLAGS: jobs.flags },
    });
    const { pid } = child;
    if (pid !== undefined) groups.add(pid);
    let stopped = false;
    child.stdout?.on('data', show);
    child.stderr?.on('data', show);
    const ended = new Promise<number | undefined>((resolve) => {
      child.on('error', (error) => {
        show(Buffer.from(`drover: ${error.message}\n`));
        resolve(1);
      });
      child.on('close', (code) => {
        // A step that is gone may have left others of its group.
        if (pid !== undefined && !ending) groups.delete(pid);
        resolve(stopped ? undefined : (code ?? 1));
      });
    });
    const stop = () => {
      stopped = true;
      if (pid !== undefined) end(pid, 'SIGKILL');
    };
    return { ended, stop };
  };

  const endAll = () => {
    ending = true;
    for (const group of groups) end(group, 'SIGTERM');
    // The build's own end is near: whoever sent this waits a second at most (local/codebuild/shell.ts).
    setTimeout(() => {
      for (const group of groups) end(group, 'SIGKILL');
      process.exit(terminated);
    }, 300);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, endAll);
  // Whoever read the log may be gone first.
  process.stdout.on('error', () => {});
  const failed = await beside(chains.map(chainOf), run, (bytes) => process.stdout.write(bytes), atOnce, jobs.giveBack);
  jobs.close();
  for (const name of failed) appendFileSync(join(work, 'failed'), `${name}\n`);
}

/** The whole group; it may be gone already. */
function end(group: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-group, signal);
  } catch {}
}

/**
 * A jobserver, so that two cargos side by side compile no more at once than one would: each has one job of its own, `spare` more lie in
 * a pipe, and a chain that ends puts its own there. https://www.gnu.org/software/make/manual/html_node/POSIX-Jobserver.html; cargo
 * takes it from CARGO_MAKEFLAGS (docs.rs/jobserver, `Client::from_env`), which make itself does not read.
 */
function jobsOf(path: string, spare: number) {
  execFileSync('mkfifo', [path]);
  const pipe = openSync(path, 'r+');
  const giveBack = () => void writeSync(pipe, '+');
  for (let given = 0; given < spare; given++) giveBack();
  return { pipe, flags: '-j --jobserver-fds=3,3 --jobserver-auth=3,3', giveBack, close: () => closeSync(pipe) };
}
