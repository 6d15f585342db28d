import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { personsGit, personsProgram } from '../../cli/git.ts';
import { run } from '../../cli/run.ts';
import type { CliServices } from '../../cli/services.ts';
import { testFolder } from '../disk/folder.ts';

const none = () => {
  throw new Error('not for this command');
};

export const herdText = `# ours
defaults: { organisation: acme }
codebases:
  - { name: shop, language: go } # the first
`;
const ann = {
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.org',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.org',
};

/** A person's machine: drover's own folder with a herd, a real git without anybody's configuration, and what they set in their shell. */
export function personsMachine(shell: Record<string, string> = {}, herd = herdText) {
  const folder = testFolder();
  const drover = join(folder, 'drover');
  execFileSync('mkdir', [drover]);
  if (herd !== '') writeFileSync(join(drover, 'codebases.yml'), herd);
  const env = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1', ...ann, ...shell };
  const seen: string[][] = [];
  const program = personsProgram(env);
  const real = personsGit(program);
  const services: CliServices = {
    env,
    folder: drover,
    git: (at, args, more) => {
      seen.push([...args]);
      return real(at, args, more);
    },
    program,
    fetch,
    now: Date.now,
    random: none,
    tokenTable: none,
    parameter: none,
    buildLog: { find: none, read: none },
    print: none,
    wait: none,
    loadHerd: none,
    reach: none,
    repositoryExists: none,
  };
  return {
    folder,
    drover,
    env,
    /** Every call of git. */
    calls: seen,
    run: (line: string, more: Partial<CliServices> = {}) => run(line.split(' '), { ...services, ...more }),
    herd: () => readFileSync(join(drover, 'codebases.yml'), 'utf8'),
    git: (at: string, ...args: string[]) =>
      execFileSync('git', args, { cwd: join(folder, at), env, encoding: 'utf8' }).trim(),
  };
}
