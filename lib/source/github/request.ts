import * as z from 'zod';
import { seconds } from '../../engine/instant.ts';
import { Failure } from '../../lambda/failure.ts';
import { oneLine } from './one-line.ts';

export type GitHubOptions = {
  /** It must give up by itself within some seconds: nothing here sets a timer. */
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** `https://api.github.com`, or a server of one's own: `https://<host>/api/v3`. No slash at its end. */
  url: string;
  /** The whole `Authorization` header, or undefined for what everybody may read. */
  authorization: () => Promise<string | undefined>;
};

/**
 * Asks GitHub's REST API; the answer whatever its status below 500, except refusals: a limit (429, or 403 with `retry-after` or
 * nothing remaining) and an outage throw a retryable `Failure`, a wrong token one that is not.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export async function askGitHub(
  { fetch, url, authorization }: GitHubOptions,
  path: string,
  method = 'GET',
  body?: Record<string, unknown>,
) {
  const token = await authorization();
  const headers = {
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    'user-agent': 'drover',
    ...(token === undefined ? {} : { authorization: token }),
  };
  const answer = await fetch(`${url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new Failure('github-unreachable', 'GitHub did not answer', { retryable: true, cause });
  });
  if (answer.status >= 500)
    throw new Failure('github-unavailable', `GitHub answered ${answer.status}`, { retryable: true });
  if (answer.status === 429 || (answer.status === 403 && isLimited(answer.headers)))
    throw new Failure('github-limit', 'GitHub asks to come back later', {
      retryable: true,
      retryAfter: seconds(waitOf(answer.headers)),
    });
  if (answer.status === 401)
    throw new Failure('github-refused', 'GitHub refused the token (401)', { retryable: false });
  if (answer.status === 403)
    throw new Failure('github-refused', `GitHub refused (403)${await saidOf(answer)}`, { retryable: false });
  return answer;
}

const isLimited = (headers: Headers): boolean =>
  headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0';

/** Seconds to wait; a minute where GitHub names none, as its documents ask. At most an hour, the length of its window. */
const waitOf = (headers: Headers): number => {
  const asked = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(asked) ? Math.min(Math.max(asked, 1), 3_600) : 60;
};

const Said = z.object({
  message: z.string(),
  errors: z.array(z.object({ message: z.string().optional() })).optional(),
});

/** `: ` and GitHub's own words, of what it refuses: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api */
export async function saidOf(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => undefined);
  const said = Said.safeParse(body).data;
  const words = said && [said.message, ...(said.errors ?? []).map(({ message }) => message)];
  return words ? `: ${oneLine(words.filter(Boolean).join(' '), 200)}` : '';
}
