import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { gitSays } from './git.ts';
import { repositoryOf } from './push-payload.ts';
import { findRepository, makeBare } from './repository.ts';
import { type Answer, json, notFound, type RestOptions } from './rest.ts';

export type Asked = { method: string; path: string; authorization: string | undefined; body: unknown };

const NewRepository = z.looseObject({
  name: z.string().regex(/^(?!\.{1,2}$)[\w.-]{1,100}$/),
  private: z.boolean().default(false),
});
/** The keys that must be there: https://docs.github.com/en/rest/branches/branch-protection#update-branch-protection */
const Protection = z.looseObject({
  required_status_checks: z.unknown().refine((given) => given !== undefined),
  enforce_admins: z.boolean().nullable(),
  required_pull_request_reviews: z.unknown().refine((given) => given !== undefined),
  restrictions: z.unknown().refine((given) => given !== undefined),
});

const refusal = (status: number, message: string): Answer => json(status, { message, status: String(status) });
/** https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed */
const invalid = (message: string): Answer =>
  json(422, {
    message: 'Repository creation failed.',
    errors: [{ resource: 'Repository', code: 'custom', field: 'name', message }],
  });

/** The calls that make a repository and protect its branch; undefined where it is none of them. Any token is somebody here, none is nobody. */
export async function answerNewRepository(options: RestOptions, asked: Asked): Promise<Answer | undefined> {
  const { method, path } = asked;
  const [, owner] = /^\/users\/([\w-]+)$/.exec(path) ?? [];
  if (method === 'GET' && owner !== undefined) return json(200, account(owner, options.login));
  const isOwn = path === '/user/repos';
  const [, organisation] = /^\/orgs\/([\w-]+)\/repos$/.exec(path) ?? [];
  const [, name, branch] = /^\/repos\/([^/]+\/[^/]+)\/branches\/(.+)\/protection$/.exec(path) ?? [];
  const isKnown =
    (method === 'GET' && path === '/user') ||
    (method === 'POST' && (isOwn || organisation !== undefined)) ||
    (method === 'PUT' && name !== undefined);
  if (!isKnown) return undefined;
  if (!/^(?:Bearer|token) \S+$/.test(asked.authorization ?? '')) return refusal(401, 'Requires authentication');
  if (path === '/user') return json(200, account(options.login, options.login));
  if (name !== undefined && branch !== undefined) return protect(options, name, branch, asked.body);
  if (organisation === options.login) return notFound;
  return create(options, organisation ?? options.login, asked.body);
}

const account = (login: string, person: string) => ({ login, type: login === person ? 'User' : 'Organization' });

async function create(options: RestOptions, owner: string, body: unknown): Promise<Answer> {
  const wanted = NewRepository.safeParse(body);
  if (!wanted.success) return invalid('name is invalid');
  const name = `${owner}/${wanted.data.name}`;
  if (findRepository(options.root, name) !== undefined) return invalid('name already exists on this account');
  const folder = await makeBare(options.root, name, 'main');
  return json(201, { ...(await repositoryOf(folder, name, options.url, options.now())), private: wanted.data.private });
}

/** It is kept beside the repository and not enforced: nobody signs in here, so nobody can be told from anybody. */
async function protect({ root, plan }: RestOptions, name: string, branch: string, body: unknown): Promise<Answer> {
  const folder = findRepository(root, name);
  if (folder === undefined) return notFound;
  // What GitHub says of a private repository of a free account.
  if (plan === 'free')
    return refusal(403, 'Upgrade to GitHub Pro or make this repository public to enable this feature.');
  if (!(await gitSays(folder, ['show-ref', '--verify', '--quiet', `refs/heads/${branch}`])))
    return refusal(404, 'Branch not found');
  const wanted = Protection.safeParse(body);
  if (!wanted.success) return refusal(422, 'Invalid request.');
  writeFileSync(join(folder, `drover-protection-${encodeURIComponent(branch)}.json`), JSON.stringify(wanted.data));
  return json(200, {
    url: `/repos/${name}/branches/${branch}/protection`,
    enforce_admins: { enabled: wanted.data.enforce_admins === true },
  });
}
