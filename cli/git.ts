import { execFile } from 'node:child_process';
import { Refused } from './api-client.ts';

/** What a program printed and how it ended. */
type Ran = { code: number; out: string; err: string };

/** Runs a program of this machine in a folder; undefined where there is none of that name. It is asked nothing. */
export type Program = (
  name: string,
  folder: string,
  args: readonly string[],
  env?: Record<string, string>,
) => Promise<Ran | undefined>;

/** Runs git in a folder as the person would: with their identity, their signing, their credentials. */
export type Git = (folder: string, args: readonly string[], env?: Record<string, string>) => Promise<Ran>;

/** The person's programs, in the environment of their shell. */
export const personsProgram =
  (env: Record<string, string | undefined>): Program =>
  (name, folder, args, more = {}) =>
    new Promise((resolve, reject) => {
      // A hook that runs us would point git at its own repository.
      const { GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, ...own } = env;
      const options = { cwd: folder, env: { ...own, GIT_TERMINAL_PROMPT: '0', ...more }, maxBuffer: 64 * 1024 * 1024 };
      execFile(name, [...args], options, (error, out, err) => {
        if (error === null) return resolve({ code: 0, out: out.trim(), err });
        if (error.code === 'ENOENT') return resolve(undefined);
        if (typeof error.code === 'string') return reject(error);
        resolve({ code: typeof error.code === 'number' ? error.code : 128, out: out.trim(), err });
      }).stdin?.end();
    });

/** A git of the person's. Throws `Refused` where there is none. */
export const personsGit =
  (program: Program): Git =>
  async (folder, args, env) => {
    const ran = await program('git', folder, args, env);
    if (!ran) throw new Refused('drover needs git on this machine, and there is none.');
    return ran;
  };

/** What git printed. Throws `Refused` with the last line of what it complained of. */
export async function gitOrRefused(
  git: Git,
  folder: string,
  ...given: Parameters<Git> extends [string, ...infer R] ? R : never
) {
  const { code, out, err } = await git(folder, ...given);
  if (code === 0) return out;
  const why =
    err
      .trim()
      .split('\n')
      .findLast((line) => /^(fatal|error|remote):/.test(line)) ?? err.trim().split('\n').at(-1);
  throw new Refused(`git ${given[0][0]} failed: ${why || `code ${code}`}`);
}
