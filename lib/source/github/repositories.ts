import * as z from 'zod';
import { Failure } from '../../lambda/failure.ts';
import { pathOf } from './api.ts';
import { askGitHub, type GitHubOptions, saidOf } from './request.ts';

/** A repository as whoever asks sees it; one that they may not see is absent to them. */
export type Seen = 'absent' | 'empty' | 'filled';

export type Repositories = {
  /** Throws a `Failure` where it is absent and could not be made: there is no such owner, or they are another person. */
  look: (repository: string, branch: string) => Promise<Seen>;
  /** Makes it, private and empty. Throws a `Failure` with GitHub's words where that may not be. */
  create: (repository: string) => Promise<void>;
  /** Protects a branch that is there: changes come by pull request, also an administrator's, and nobody rewrites or deletes it. */
  protect: (repository: string, branch: string) => Promise<void>;
};

/** The calls to GitHub's REST API that make a new codebase's repository. Each may be repeated. */
export const repositories = (options: GitHubOptions): Repositories => ({
  look: async (repository, branch) => {
    const repo = await askGitHub(options, `/repos/${pathOf(repository)}`);
    if (repo.status === 404) {
      await placeOf(options, repository.split('/')[0] ?? '');
      return 'absent';
    }
    if (!repo.ok) throw await unexpected(repo);
    // 409: "Git Repository is empty." https://docs.github.com/en/rest/git/refs#get-a-reference
    const ref = await askGitHub(options, `/repos/${pathOf(repository)}/git/ref/heads/${pathOf(branch)}`);
    return ref.status === 409 ? 'empty' : 'filled';
  },
  create: async (repository) => {
    const [owner = '', name] = repository.split('/');
    const answer = await askGitHub(options, await placeOf(options, owner), 'POST', { name, private: true });
    // https://docs.github.com/en/rest/repos/repos#create-an-organization-repository
    if (answer.status !== 201) throw await unexpected(answer);
  },
  protect: async (repository, branch) => {
    // A branch's protection, not a ruleset: it is put, so that doing it again makes no second one.
    // https://docs.github.com/en/rest/branches/branch-protection#update-branch-protection
    const answer = await askGitHub(
      options,
      `/repos/${pathOf(repository)}/branches/${encodeURIComponent(branch)}/protection`,
      'PUT',
      {
        required_status_checks: null,
        enforce_admins: true,
        // How many must agree is the team's to say; a person alone could never merge if it were one.
        required_pull_request_reviews: { required_approving_review_count: 0 },
        restrictions: null,
        allow_force_pushes: false,
        allow_deletions: false,
      },
    );
    if (!answer.ok) throw await unexpected(answer);
  },
});

const Account = z.object({ login: z.string(), type: z.string() });

/** Where a repository of this owner is made: organisations and persons have a place each, and nobody makes one for another person. */
async function placeOf(options: GitHubOptions, owner: string): Promise<string> {
  // https://docs.github.com/en/rest/users/users#get-a-user: it also knows organisations.
  const answer = await askGitHub(options, `/users/${encodeURIComponent(owner)}`);
  if (answer.status === 404) throw refused(`there is no ${owner} on GitHub`);
  if (!answer.ok) throw await unexpected(answer);
  if (Account.parse(await answer.json()).type !== 'User') return `/orgs/${encodeURIComponent(owner)}/repos`;
  const own = await askGitHub(options, '/user');
  if (!own.ok) throw await unexpected(own);
  const { login } = Account.parse(await own.json());
  if (login.toLowerCase() !== owner.toLowerCase())
    throw refused(
      `${owner} is a person on GitHub, and the token is ${login}'s: only ${owner} can make a repository there`,
    );
  return '/user/repos';
}

const refused = (message: string): Failure => new Failure('github-refused', message, { retryable: false });

const unexpected = async (answer: Response): Promise<Failure> =>
  new Failure('github-unexpected', `GitHub answered ${answer.status}${await saidOf(answer)}`, { retryable: false });
