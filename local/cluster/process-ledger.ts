import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../disk/write-whole.ts';

export type ProcessLedger = { add: (pid: number) => void; remove: (pid: number) => void; close: () => void };

/**
 * Keeps the processes that run in a folder of this run, one file each with the time that it started, so that none outlives the cluster:
 * those that earlier, killed runs left are ended now, and a guard ends ours should this process die without a word.
 */
export function openLedger(runs: string): ProcessLedger {
  mkdirSync(runs, { recursive: true });
  for (const run of readdirSync(runs)) endAll(join(runs, run));
  // A folder of its own for each run, so that the guard of a killed one cannot end what the next one started.
  const folder = join(runs, randomUUID());
  mkdirSync(folder);
  // The guard reads a pipe that only we hold: it ends when we do, however that happens.
  const guard = spawn(process.execPath, [fileURLToPath(new URL('guard.ts', import.meta.url)), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  return {
    add: (pid) => writeWhole(join(folder, String(pid)), startOf(pid)),
    remove: (pid) => rmSync(join(folder, String(pid)), { force: true }),
    close: () => guard.stdin.end(),
  };
}

/** Kills every process of the ledger that is still the one that was written down, with all that it started. */
export function endAll(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = Number(name);
    if (!Number.isSafeInteger(pid) || pid <= 1) continue;
    const start = startOf(pid);
    if (start !== '' && start === readFileSync(join(folder, name), 'utf8')) kill(pid, 'SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Signals a process and all that it started (it leads a group of its own). One that is gone is fine. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}

/** When a process started, in the system's own words; empty where there is none. A pid alone may be somebody else's by now. */
function startOf(pid: number): string {
  try {
    // Field 22, counted after the program's name, which may hold spaces. Source: proc_pid_stat(5).
    return (
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[19] ?? ''
    );
  } catch {
    return process.platform === 'linux' ? '' : startByPs(pid);
  }
}

function startByPs(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
