import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, writeFiles } from '../../lib/template/files.ts';
import { git, gitSays } from './git.ts';

/** `owner/name`, as GitHub allows them: never a path that leads elsewhere. */
const form = /^(?!\.{1,2}\/)[\w.-]{1,100}\/(?!\.{1,2}$)[\w.-]{1,100}$/;

/** The folder of a bare repository, or undefined where the name is not one or there is none. */
export function findRepository(root: string, name: string): string | undefined {
  const folder = join(root, `${name}.git`);
  return form.test(name) && existsSync(join(folder, 'HEAD')) ? folder : undefined;
}

/** Whether a repository was made, to its end. */
export const isMade = (root: string, name: string): boolean =>
  form.test(name) && existsSync(join(root, `${name}.git`, 'drover-ready'));

/** Makes a bare repository that serves and takes what GitHub does; one that is there already stays as it is. */
export async function makeBare(root: string, name: string, branch: string): Promise<string> {
  if (!form.test(name)) throw new Error(`“${name}” is not an owner and a name`);
  const folder = join(root, `${name}.git`);
  if (isMade(root, name)) return folder;
  mkdirSync(folder, { recursive: true });
  await git(folder, ['init', '--quiet', '--bare', '--initial-branch', branch]);
  appendFileSync(join(folder, 'config'), bareConfiguration);
  mkdirSync(join(folder, 'drover-ready'));
  return folder;
}

/** As on GitHub, a commit can be fetched by its name also when a force-push has left it behind: a build of it may still run. */
const bareConfiguration = `
[http]
	receivepack = true
[uploadpack]
	allowAnySHA1InWant = true
	allowFilter = true
[receive]
	autogc = false
[gc]
	auto = 0
`;

export type CloneOptions = {
  /** Where the person works; it must not be a repository yet. */
  folder: string;
  url: string;
  branch: string;
  /** The first commit. */
  seed: Files;
  author: { name: string; email: string };
  /** Milliseconds: the date of the first commit. */
  at: number;
};

/** A real working clone with its first commit, not pushed yet. A folder that is a repository already only learns the address. */
export async function makeClone(options: CloneOptions): Promise<string> {
  const { folder, url, branch, seed, author, at } = options;
  if (existsSync(join(folder, '.git', 'drover-ready'))) {
    await git(folder, ['remote', 'set-url', 'origin', url]);
    return (await git(folder, ['rev-parse', 'HEAD'])).trim();
  }
  if (await hasCommit(folder)) return takeOver(options);
  if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(join(folder, '.git')))
    throw new Error(`${folder} is not empty: the clone of ${url} cannot be made there.`);
  writeFiles(folder, seed);
  await git(folder, ['init', '--quiet', '--initial-branch', branch]);
  const config = join(folder, '.git', 'config');
  if (!readFileSync(config, 'utf8').includes('[remote "origin"]'))
    appendFileSync(config, cloneConfiguration(url, branch, author));
  const date = `${Math.floor(at / 1_000)} +0000`;
  await git(folder, ['add', '--all']);
  const commit = ['commit', '--quiet', '--allow-empty', '--message', 'First version'];
  await git(folder, commit, { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date });
  mkdirSync(join(folder, '.git', 'drover-ready'));
  return (await git(folder, ['rev-parse', 'HEAD'])).trim();
}

/** Whether a folder is a repository of its own that holds something; half of one, which a kill left, is none. */
const hasCommit = async (folder: string): Promise<boolean> => {
  const own = join(folder, '.git');
  if (!existsSync(own)) return false;
  return gitSays(folder, ['--git-dir', own, 'rev-parse', '--quiet', '--verify', 'HEAD']).catch(() => false);
};

/** A folder that somebody else made (`drover new`) is the clone as it is: it learns the address. What is right already is not written again. */
async function takeOver({ folder, url }: CloneOptions): Promise<string> {
  const isSo = (key: string, value: string) =>
    gitSays(folder, ['config', '--local', '--fixed-value', '--get', key, value]);
  if (!(await isSo('remote.origin.url', url))) {
    const isThere = await gitSays(folder, ['config', '--local', '--get', 'remote.origin.url']);
    await git(folder, ['remote', isThere ? 'set-url' : 'add', 'origin', url]);
  }
  if (!(await isSo('http.proxy', ''))) await git(folder, ['config', 'http.proxy', '']);
  mkdirSync(join(folder, '.git', 'drover-ready'));
  return (await git(folder, ['rev-parse', 'HEAD'])).trim();
}

/** An empty `http.proxy` means none, also where the environment names one: the server is on this machine. */
const cloneConfiguration = (url: string, branch: string, { name, email }: { name: string; email: string }) => `
[user]
	name = ${quoted(name)}
	email = ${quoted(email)}
[http]
	proxy = ""
[remote "origin"]
	url = ${quoted(url)}
	fetch = +refs/heads/*:refs/remotes/origin/*
[branch ${quoted(branch)}]
	remote = origin
	merge = ${quoted(`refs/heads/${branch}`)}
`;

/** As git's configuration quotes: backslash and quote escaped; a line cannot go on. */
const quoted = (text: string): string => `"${text.replace(/[\r\n]/g, ' ').replace(/["\\]/g, '\\$&')}"`;
