import { commitsOf } from './commits.ts';
import type { Delivery } from './deliveries.ts';
import { git, gitSays } from './git.ts';
import { type Asked, answerNewRepository } from './new-repository.ts';
import { repositoryOf } from './push-payload.ts';
import { refsOf } from './refs.ts';
import { findRepository } from './repository.ts';

export type RestOptions = {
  root: string;
  url: string;
  now: () => number;
  /** Whose account every token is. */
  login: string;
  plan: 'free' | 'team';
  deliveries: () => Delivery[];
  redeliver: (id: number) => Promise<Delivery | undefined>;
};

export type Answer = { status: number; type: string; body: string };

export const json = (status: number, body: unknown): Answer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(body),
});
export const notFound = json(404, { message: 'Not Found', status: '404' });

/** The calls of GitHub's REST API that drover makes, under `/api/v3` as on a GitHub of one's own. */
export async function answerRest(options: RestOptions, asked: Asked): Promise<Answer> {
  const { method, path } = asked;
  const made = await answerNewRepository(options, asked);
  if (made) return made;
  const redelivery = /^\/app\/hook\/deliveries\/(\d+)\/attempts$/.exec(path);
  if (method === 'POST' && redelivery)
    return (await options.redeliver(Number(redelivery[1]))) ? json(202, {}) : notFound;
  if (method !== 'GET') return notFound;
  if (path === '/app/hook/deliveries') return json(200, options.deliveries().flatMap(attemptsOf).reverse());

  const [, name = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)(?:\/(.*))?$/.exec(path) ?? [];
  const folder = findRepository(options.root, name);
  if (folder === undefined) return notFound;
  if (rest === '') return json(200, await repositoryOf(folder, name, options.url, options.now()));
  const [, branch] = /^git\/ref\/heads\/(.+)$/.exec(rest) ?? [];
  if (branch !== undefined) return ref(folder, branch);
  const [, commit] = /^commits\/([0-9a-f]{4,40})$/.exec(rest) ?? [];
  if (commit !== undefined) return oneCommit(folder, commit, `${options.url}/${name}`);
  const [, base, head] = /^compare\/(\w[\w./-]*?)\.\.\.(\w[\w./-]*)$/.exec(rest) ?? [];
  if (base !== undefined && head !== undefined) return compare(folder, base, head, `${options.url}/${name}`);
  return notFound;
}

/** One line for every attempt, as GitHub lists them. */
const attemptsOf = ({ id, guid, event, attempts }: Delivery) =>
  attempts.map(({ at, status, milliseconds }, i) => ({
    id,
    guid,
    event,
    action: null,
    delivered_at: new Date(at).toISOString(),
    redelivery: i > 0,
    duration: milliseconds / 1_000,
    status: status >= 200 && status < 300 ? 'OK' : 'Invalid HTTP Response',
    status_code: status,
  }));

async function ref(folder: string, branch: string): Promise<Answer> {
  const name = `refs/heads/${branch}`;
  if (!(await gitSays(folder, ['show-ref', '--verify', '--quiet', name])))
    return (await refsOf(folder)).size === 0
      ? json(409, { message: 'Git Repository is empty.', status: '409' })
      : notFound;
  const sha = (await git(folder, ['rev-parse', name])).trim();
  return json(200, { ref: name, object: { type: 'commit', sha } });
}

export const isCommit = (folder: string, name: string) =>
  gitSays(folder, ['rev-parse', '--quiet', '--verify', `${name}^{commit}`]);

async function oneCommit(folder: string, name: string, page: string): Promise<Answer> {
  if (!(await isCommit(folder, name))) return notFound;
  const [commit] = await commitsOf(folder, ['--max-count=1', name], `${page}/commit/`);
  return json(200, commit === undefined ? {} : restCommit(commit));
}

const restCommit = (commit: Awaited<ReturnType<typeof commitsOf>>[number]) => ({
  sha: commit.id,
  html_url: commit.url,
  commit: { message: commit.message, author: { ...commit.author, date: commit.timestamp } },
});

/** The commits that `head` has and `base` has not (three dots, as GitHub compares). */
async function compare(folder: string, base: string, head: string, page: string): Promise<Answer> {
  if (!(await isCommit(folder, base)) || !(await isCommit(folder, head))) return notFound;
  const ahead = await commitsOf(folder, [`${base}..${head}`], `${page}/commit/`);
  const behind = Number(await git(folder, ['rev-list', '--count', `${head}..${base}`]));
  const status = ahead.length > 0 ? (behind > 0 ? 'diverged' : 'ahead') : behind > 0 ? 'behind' : 'identical';
  return json(200, {
    html_url: `${page}/compare/${base}...${head}`,
    status,
    ahead_by: ahead.length,
    behind_by: behind,
    total_commits: ahead.length,
    commits: ahead.map(restCommit),
  });
}
