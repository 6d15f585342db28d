import { execFileSync } from 'node:child_process';

export type User = { uid: number; gid: number };

/**
 * The Linux user of a `run-as`: undefined where commands run as that one anyway, else who it is, or what is wrong. Only root can
 * run something as another.
 */
export function userOf(name: string, own: number): User | { wrong: string } | undefined {
  const id = (flag: string) => Number(execFileSync('id', [flag, '--', name], { stdio: ['ignore', 'pipe', 'ignore'] }));
  let user: User;
  try {
    user = { uid: id('-u'), gid: id('-g') };
  } catch {
    return { wrong: `run-as: there is no user ${name} on this machine` };
  }
  if (user.uid === own) return undefined;
  return own === 0 ? user : { wrong: `run-as: only root can run commands as ${name}` };
}
