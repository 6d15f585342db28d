import * as z from 'zod';
import type { Head } from '../../branch/carriers.ts';
import { Failure } from '../../lambda/failure.ts';
import { askGitHub, type GitHubOptions } from './request.ts';

export type GitHub = {
  /** The commit that a branch of `owner/name` points at; undefined where the branch is gone. Throws where GitHub cannot be asked. */
  head: (repository: string, branch: string) => Promise<string | undefined>;
};

/** The few calls to GitHub's REST API that the release of a push needs. */
export const github = (options: GitHubOptions): GitHub => ({
  head: async (repository, branch) => {
    const repo = `/repos/${pathOf(repository)}`;
    const answer = await askGitHub(options, `${repo}/git/ref/heads/${pathOf(branch)}`);
    // 409: the repository is empty. 404 is also what a private one answers to those who may not see it: that is no absence.
    if (answer.status === 409) return undefined;
    if (answer.status === 404) {
      if ((await askGitHub(options, repo)).status === 200) return undefined;
      throw new Failure('repository-not-visible', 'GitHub does not show the repository', { retryable: false });
    }
    return Ref.parse(await bodyOf(answer)).object.sha;
  },
});

/** Asks for the head of a codebase's branch, at github.com or at a server of one's own (whose API is under /api/v3). */
export function branchHead({
  fetch,
  token,
}: Pick<GitHubOptions, 'fetch'> & { token: () => Promise<string | undefined> }): Head {
  const authorization = async () => {
    const text = await token();
    return text === undefined ? undefined : `Bearer ${text}`;
  };
  return ({ github: website, repository, branch }) =>
    github({ fetch, authorization, url: apiOf(website) }).head(repository, branch);
}

/** Base of the REST API of a website: https://docs.github.com/en/enterprise-server/rest/using-the-rest-api/getting-started-with-the-rest-api */
export const apiOf = (website: string): string =>
  website === 'https://github.com' ? 'https://api.github.com' : `${website}/api/v3`;

/** A name with slashes as a part of an address. */
export const pathOf = (name: string): string => name.split('/').map(encodeURIComponent).join('/');

/** https://docs.github.com/en/rest/git/refs#get-a-reference */
const Ref = z.object({ object: z.object({ sha: z.string().regex(/^[0-9a-f]{40}$/) }) });

/** JSON of an answer that must be a success. */
async function bodyOf(answer: Response): Promise<unknown> {
  if (!answer.ok) throw new Failure('github-unexpected', `GitHub answered ${answer.status}`, { retryable: false });
  return answer.json();
}
