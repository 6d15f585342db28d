import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The processes below one, itself first, from lines of a process and its parent. */
export function processesBelow(root: number, parents: readonly (readonly [number, number])[]): number[] {
  const found = [root];
  for (let at = 0; at < found.length; at++)
    for (const [pid, parent] of parents) if (parent === found[at] && !found.includes(pid)) found.push(pid);
  return found;
}

/** Ends a process with all that it started, wherever those put themselves: also those that were below it at an earlier call. */
export function enderOf(root: () => number): (signal: 'SIGTERM' | 'SIGKILL') => void {
  const known = new Set<number>();
  return (signal) => {
    for (const pid of processesBelow(root(), parentsNow())) known.add(pid);
    for (const pid of known)
      try {
        process.kill(pid, signal);
      } catch {
        // It is gone already.
      }
  };
}

/** Whether a process is there no more. */
export function isGone(pid: number): boolean {
  try {
    return !process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** `/proc` where there is one (a build image may lack `ps`): the parent follows the name in parentheses and the state. */
function parentsNow(): [number, number][] {
  if (!existsSync('/proc/self/stat'))
    return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line): [number, number] => {
        const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
        return [pid, parent];
      });
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): [number, number][] => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]];
      } catch {
        return [];
      }
    });
}
