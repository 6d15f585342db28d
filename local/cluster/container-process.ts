import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { Command } from './container-command.ts';
import { kill, type ProcessLedger } from './process-ledger.ts';

export type Ended = { exitCode: number; signal: string | undefined };
export type ContainerProcess = {
  pid: number;
  log: () => string;
  ended: Promise<Ended>;
  signal: (signal: NodeJS.Signals) => void;
};

/** The end of a container's output that is kept, in characters. */
const LOG_LIMIT = 64_000;
/** What a shell answers for a command that it cannot find: the exit code of a program that cannot be started. */
const CANNOT_START = 127;

/** Starts a container's command as a process that leads its own group, written down in the ledger until it has ended. */
export function startProcess({ file, args, cwd, env }: Command, ledger: ProcessLedger): ContainerProcess {
  mkdirSync(cwd, { recursive: true });
  let log = '';
  const keep = (chunk: Buffer | string) => {
    log = (log + chunk.toString()).slice(-LOG_LIMIT);
  };
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const { pid } = child;
  if (pid) ledger.add(pid);
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<Ended>((resolve) => {
    child.on('error', (error) => {
      keep(`${error.message}\n`);
      if (!pid) resolve({ exitCode: CANNOT_START, signal: undefined });
    });
    child.on('close', (code, signal) => {
      // Whatever it started ends with it, as in a container.
      if (pid) kill(pid, 'SIGKILL');
      if (pid) ledger.remove(pid);
      resolve({ exitCode: code ?? SIGNALLED[signal ?? ''] ?? CANNOT_START, signal: signal ?? undefined });
    });
    // 'close' waits for the pipes, which a grandchild may hold open: once the leader is gone, so is the container.
    child.on('exit', () => pid && kill(pid, 'SIGKILL'));
  });
  return { pid: pid ?? 0, log: () => log, ended, signal: (signal) => pid && kill(pid, signal) };
}

/** Exit codes as a container engine tells a signal: 128 and its number. */
const SIGNALLED: Record<string, number> = { SIGKILL: 137, SIGTERM: 143, SIGSEGV: 139, SIGABRT: 134, SIGINT: 130 };
