import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Files, writeFiles } from '../../lib/template/files.ts';
import { Refused } from '../api-client.ts';
import { type Git, gitOrRefused } from '../git.ts';

/** What is where a new codebase is to lie: nothing, an empty folder, what an earlier call of `drover new` made there, or something else. */
export type Standing = 'absent' | 'empty' | 'made' | 'other';

/** Looks, and changes nothing. What was made there has a first commit of just these files, whatever came after. */
export async function standingOf(git: Git, folder: string, files: Files): Promise<Standing> {
  if (!existsSync(folder)) return 'absent';
  if (!statSync(folder).isDirectory()) return 'other';
  if (readdirSync(folder).length === 0) return 'empty';
  if (!existsSync(join(folder, '.git'))) return 'other';
  const { code, out: first } = await git(folder, ['rev-list', '--max-parents=0', 'HEAD']);
  if (code !== 0) return 'other';
  const listed = await gitOrRefused(git, folder, [
    'ls-tree',
    '-r',
    '-z',
    '--format=%(objectname) %(path)',
    first.split('\n')[0] ?? '',
  ]);
  const found = new Set(listed.split('\0').filter((line) => line !== ''));
  const wanted = Object.entries(files).map(([path, text]) => `${blobName(text)} ${path}`);
  return found.size === wanted.length && wanted.every((line) => found.has(line)) ? 'made' : 'other';
}

/** "blob <length>\0<content>", as git names contents (git-hash-object(1)). */
const blobName = (text: string): string =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0`)
    .update(text)
    .digest('hex');

/** Throws `Refused` where git does not know who commits: it would guess from the machine's name. */
export async function requireIdentity(git: Git, folder: string): Promise<void> {
  const { code } = await git(folder, ['-c', 'user.useConfigOnly=true', 'var', 'GIT_AUTHOR_IDENT']);
  if (code !== 0)
    throw new Refused(
      'git does not know who makes the first commit: git config --global user.name "Your Name" && git config --global user.email you@example.com',
    );
}

/** A repository with its first commit, made beside its place and then moved there: it is there whole, or not at all. */
export async function makeFolder(git: Git, folder: string, files: Files, branch: string): Promise<void> {
  const temporary = join(dirname(folder), `.${basename(folder)}-${randomUUID()}.part`);
  mkdirSync(temporary, { recursive: true });
  try {
    writeFiles(temporary, files);
    await gitOrRefused(git, temporary, ['init', '--quiet', '--initial-branch', branch]);
    // Whatever the person's own list of ignored files says, the template is whole.
    await gitOrRefused(git, temporary, ['add', '--all', '--force']);
    await gitOrRefused(git, temporary, ['commit', '--quiet', '--message', 'First version']);
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}
