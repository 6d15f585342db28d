import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Refused } from '../api-client.ts';
import { type Git, gitOrRefused } from '../git.ts';
import { shellWord } from '../shown-path.ts';

/** A repository as a build would get it: what is in git, as it is in the folder now. */
export type Repository = {
  folder: string;
  /** Paths below the root, with `/`. */
  files: ReadonlySet<string>;
  read: (path: string) => string | undefined;
  /** There, but not in git: no build gets it. */
  isLeftOut: (path: string) => boolean;
  submodules: string[];
  lfs: string[];
  links: { path: string; target: string }[];
  /** Branches here and at `origin`, without their place. */
  branches: ReadonlySet<string>;
  current: string;
  /** The address of `origin`. */
  origin: string | undefined;
};

/** Looks at a folder, and changes nothing. Throws `Refused` where it is not the root of a repository. */
export async function lookAtRepository(git: Git, folder: string, shown: string): Promise<Repository> {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new Refused(`there is no folder ${shown}`);
  const inGit = await git(folder, ['rev-parse', '--show-prefix']);
  // git does not touch what another person owns (git-config(1), safe.directory).
  if (inGit.code !== 0 && inGit.err.includes('safe.directory'))
    throw new Refused(
      `${shown} is another person's to git: git config --global --add safe.directory ${shellWord(folder)}`,
    );
  if (inGit.code !== 0) throw new Refused(`${shown} is no git repository: git init, and commit what is there`);
  if (inGit.out !== '') throw new Refused(`${shown} is a folder of a repository: name the repository's root`);
  const ask = (...args: string[]) => gitOrRefused(git, folder, args);
  const staged = (await ask('ls-files', '--stage', '-z')).split('\0').flatMap((line) => {
    const [, mode, path] = /^(\d+) \S+ \d\t(.*)$/s.exec(line) ?? [];
    return mode === undefined || path === undefined ? [] : [{ mode, path }];
  });
  const of = (mode: string) => staged.flatMap((one) => (one.mode === mode ? [one.path] : []));
  const files = new Set(staged.map(({ path }) => path));
  const at = (path: string) => join(folder, path);
  const heads = await ask('for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads', 'refs/remotes/origin');
  const origin = await git(folder, ['remote', 'get-url', 'origin']);
  return {
    folder,
    files,
    read: (path) => {
      const plain = posix.normalize(path);
      return files.has(plain) && existsSync(at(plain)) ? readFileSync(at(plain), 'utf8') : undefined;
    },
    isLeftOut: (path) => !files.has(path) && existsSync(at(path)),
    submodules: of('160000'),
    lfs: await pointers(git, folder, at),
    links: of('120000').map((path) => ({ path, target: existsSync(folder) ? linkTo(at(path)) : '' })),
    branches: new Set(heads.split('\n').map((name) => name.replace(/^origin\//, ''))),
    current: (await git(folder, ['symbolic-ref', '--short', '--quiet', 'HEAD'])).out,
    origin: origin.code === 0 ? origin.out : undefined,
  };
}

/** As the recipe finds them (buildspec/shared/commit.sh). */
async function pointers(git: Git, folder: string, at: (path: string) => string): Promise<string[]> {
  const first = 'version https://git-lfs.github.com/spec/v1';
  const { out } = await git(folder, ['grep', '-lz', '--cached', '-F', first, '--', '.']);
  return out
    .split('\0')
    .filter((path) => path !== '' && existsSync(at(path)))
    .filter((path) => statSync(at(path)).size < 1024 && readFileSync(at(path), 'utf8').startsWith(`${first}\n`));
}

function linkTo(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Not a link in this checkout (core.symlinks=false): its text is where it leads.
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }
}
