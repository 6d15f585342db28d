import type { z } from 'zod';
import { Problem } from '../lib/history/problem.ts';
import { nowText } from './show.ts';
import { Usage } from './usage.ts';

/** The history API said no: told to the person, exit code 1. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

export type ApiClient = {
  get: <T>(path: string, query: Record<string, string | undefined>, schema: z.ZodType<T>) => Promise<T>;
  post: <T>(path: string, body: Record<string, unknown>, schema: z.ZodType<T>) => Promise<T>;
};

/** The API at DROVER_URL, asked with the token DROVER_TOKEN. Throws `Usage` where one is not set, `Refused` where it says no. */
export function apiClient(env: Record<string, string | undefined>, fetch: typeof globalThis.fetch): ApiClient {
  const { DROVER_URL: base, DROVER_TOKEN: token } = env;
  if (!base)
    throw new Usage(
      'set DROVER_URL to the address of drover: `. .drover/env` does where `npm start` runs, `serverless deploy` prints it',
    );
  if (!token) throw new Usage('set DROVER_TOKEN to a token: `drover token create NAME --scope read|operate` makes one');
  const ask = async <T>(path: string, init: RequestInit, schema: z.ZodType<T>): Promise<T> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${base.replace(/\/$/, '')}${path}`, { ...init, headers }).catch((error: unknown) => {
      throw new Refused(`${base} cannot be reached: ${reasonOf(error)}`);
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return schema.parse(body);
    const problem = Problem.safeParse(body);
    throw new Refused(problem.success ? told(problem.data) : `${base} answered ${response.status}`);
  };
  return {
    get: (path, query, schema) => {
      const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, value]],
      );
      const search = new URLSearchParams(given).toString();
      return ask(search ? `${path}?${search}` : path, {}, schema);
    },
    post: (path, body, schema) => ask(path, { method: 'POST', body: JSON.stringify(body) }, schema),
  };
}

/** fetch says only "fetch failed"; why is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/** A problem for a person, with what is so now. */
function told({ detail, target, release, commits }: Problem): string {
  const now = target && `${target.codebase}/${target.environment} now: ${nowText(target)} (number ${target.number})`;
  const state = release && `${release.codebase} ${release.commit} now: ${release.state}, attempt ${release.attempt}`;
  return [detail.replace(' What is so now is beside this.', ''), now, state, ...(commits ?? [])]
    .filter(Boolean)
    .join('\n');
}
