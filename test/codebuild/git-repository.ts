import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Files, writeFiles } from '../../lib/template/files.ts';
import { gitEnvironment } from '../../local/github/git.ts';

/** A new folder for one test file, taken away by `remove`. */
export function newFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'drover-test-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

export type GitRepository = {
  folder: string;
  git: (...args: string[]) => string;
  /** Writes files and commits them; returns the commit. */
  commit: (files: Record<string, string>) => string;
};

/** A real git repository with files, or those of a folder, for its first commit, if they are given. */
export function gitRepository(folder: string, from?: string | Files): GitRepository {
  mkdirSync(folder, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
      cwd: folder,
      env: gitEnvironment({ GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z', GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z' }),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  git('init', '--quiet', '--initial-branch=main');
  const commit = (files: Record<string, string>) => {
    writeFiles(folder, files);
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', 'change');
    return git('rev-parse', 'HEAD');
  };
  if (typeof from === 'object') writeFiles(folder, from);
  else if (from)
    cpSync(from, folder, { recursive: true, filter: (path) => !/\/(node_modules|target)(\/|$)/.test(path) });
  return { folder, git, commit };
}
