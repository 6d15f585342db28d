import type { Codebase } from '../../lib/codebase/codebase.ts';
import { Failure } from '../../lib/lambda/failure.ts';
import { apiOf } from '../../lib/source/github/api.ts';
import { type Repositories, repositories, type Seen } from '../../lib/source/github/repositories.ts';
import { Refused } from '../api-client.ts';
import { type Git, gitOrRefused } from '../git.ts';
import type { CliServices } from '../services.ts';

/** What `drover new` does on GitHub, in this order. Each throws `Refused` with one line. */
export type OnGitHub = {
  /** On this machine's own GitHub, which `npm start` runs. */
  isLocal: boolean;
  /** Whether there is such a repository; one that holds something is refused, unless it was pushed by an earlier call. */
  look: (isPushed: boolean) => Promise<Seen>;
  /** The repository and the remote of the folder. Gives the line to tell. */
  make: (folder: string, seen: Seen) => Promise<string>;
  /** The first push, then the branch's protection. Gives the lines to tell. */
  push: (folder: string, seen: Seen) => Promise<string[]>;
};

/** GitHub with the token of the environment; undefined where there is none. `npm start` says where its own is, and its token goes nowhere else. */
export function gitHubOf({ env, fetch, git }: CliServices, codebase: Codebase): OnGitHub | undefined {
  const { DROVER_GITHUB: local } = env;
  const token = local === undefined ? env.GITHUB_TOKEN : env.DROVER_GITHUB_TOKEN;
  if (!token) return undefined;
  const website = (local ?? codebase.github).replace(/\/+$/, '');
  const api = repositories({
    fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(30_000) }),
    url: apiOf(website),
    authorization: async () => `Bearer ${token}`,
  });
  return onGitHub({ api, git, website, token, isLocal: local !== undefined, codebase });
}

type Parts = { api: Repositories; git: Git; website: string; token: string; isLocal: boolean; codebase: Codebase };

function onGitHub({ api, git, website, token, isLocal, codebase: { repository, branch } }: Parts): OnGitHub {
  const page = `${website}/${repository}`;
  return {
    isLocal,
    look: async (isPushed) => {
      const without = isLocal ? '' : ' (without GITHUB_TOKEN the folder and the line alone are made)';
      const seen = await told(api.look(repository, branch), without);
      if (seen === 'filled' && !isPushed)
        throw new Refused(`${page} is there and holds something: take another name, or \`drover adopt\` a clone of it`);
      return seen;
    },
    make: async (folder, seen) => {
      if (seen === 'absent') await told(api.create(repository));
      const { code } = await git(folder, ['remote', 'get-url', 'origin']);
      const to = code === 0 ? 'set-url' : 'add';
      await gitOrRefused(git, folder, ['remote', to, 'origin', `${page}.git`]);
      // None, also where the environment names one: it is on this machine.
      if (isLocal) await gitOrRefused(git, folder, ['config', 'http.proxy', '']);
      return `  ${page}: ${{ absent: 'made, private', empty: 'it was there, empty', filled: 'it was there' }[seen]}`;
    },
    push: async (folder, seen) => {
      const refspec = `refs/heads/${branch}:refs/heads/${branch}`;
      if (seen !== 'filled') {
        await gitOrRefused(
          git,
          folder,
          ['push', '--quiet', '--set-upstream', 'origin', refspec],
          headerFor(website, token),
        );
      }
      // Nobody signs in on this machine's own: there is nobody to protect it from, and a plain push is how it is tried.
      if (isLocal) return [`  ${branch} is pushed`];
      const refusal = await api.protect(repository, branch).then(
        () => undefined,
        (error: unknown) => (error instanceof Failure ? error.message : Promise.reject(error)),
      );
      const pushed = `  ${branch} is pushed`;
      return [
        refusal === undefined
          ? `${pushed} and protected: changes come by pull request`
          : `${pushed}, but not protected: ${refusal}`,
      ];
    },
  };
}

/**
 * The token as git sends it, by the environment: arguments are seen by everybody on the machine, and an address is kept in the
 * repository. https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT; GitHub takes a token as the password.
 */
const headerFor = (website: string, token: string): Record<string, string> => ({
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: `http.${website}/.extraHeader`,
  GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`,
});

/** What went wrong at GitHub, as a line for the person. */
async function told<T>(work: Promise<T>, more = ''): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Failure) throw new Refused(`${error.message}${more}`);
    throw error;
  }
}
