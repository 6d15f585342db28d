import { createHash } from 'node:crypto';
import { type Commit, commitsOf } from './commits.ts';
import { git, gitSays } from './git.ts';
import { type RefChange, type Refs, zeros } from './refs.ts';

export type PushedTo = {
  /** Folder of the bare repository. */
  folder: string;
  /** `owner/name` */
  name: string;
  /** Where this GitHub answers. */
  url: string;
  /** All refs before the push. */
  refs: Refs;
  /** Milliseconds. */
  at: number;
};

/** What GitHub sends of one changed ref, in its form. https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
export async function pushPayload({ folder, name, url, refs, at }: PushedTo, { ref, before, after }: RefChange) {
  const [created, deleted] = [before === zeros, after === zeros];
  const page = `${url}/${name}`;
  const known = [...refs.values()].filter((commit) => commit !== after).map((commit) => `^${commit}`);
  const range = created ? [after, ...known] : [`${before}..${after}`];
  const commits = deleted ? [] : await commitsOf(folder, range, `${page}/commit/`);
  const head = deleted ? null : await headOf(folder, after, `${page}/commit/`);
  const forced = !created && !deleted && !(await gitSays(folder, ['merge-base', '--is-ancestor', before, after]));
  const who = personOf(head ?? undefined, name);
  const short = (commit: string) => commit.slice(0, 12);
  return {
    ref,
    before,
    after,
    created,
    deleted,
    forced,
    base_ref: null,
    compare: created ? `${page}/commit/${short(after)}` : `${page}/compare/${short(before)}...${short(after)}`,
    commits,
    head_commit: head,
    repository: await repositoryOf(folder, name, url, at),
    pusher: who,
    sender: { login: who.name, id: numberOf(who.name), type: 'User', site_admin: false },
  };
}

/** The part that every event has; also what `GET /repos/{owner}/{repo}` says. */
export async function repositoryOf(folder: string, name: string, url: string, at: number) {
  const [owner = '', short = ''] = name.split('/');
  const branch = (await git(folder, ['symbolic-ref', '--short', 'HEAD'])).trim();
  return {
    id: numberOf(name),
    name: short,
    full_name: name,
    private: false,
    owner: { name: owner, login: owner, id: numberOf(owner), type: 'Organization' },
    html_url: `${url}/${name}`,
    clone_url: `${url}/${name}.git`,
    default_branch: branch,
    master_branch: branch,
    /** Whole seconds, as GitHub's `push` has it (its other events have a date). */
    pushed_at: Math.floor(at / 1_000),
  };
}

/** The commit that a ref leads to; an annotated tag leads to one, another tag may not. */
async function headOf(folder: string, object: string, url: string): Promise<Commit | null> {
  if (!(await gitSays(folder, ['rev-parse', '--quiet', '--verify', `${object}^{commit}`]))) return null;
  const [head] = await commitsOf(folder, ['--max-count=1', object], url);
  return head ?? null;
}

/** Nobody signs in here: who pushed is taken from the head commit, in the form of a login. */
function personOf(head: Commit | undefined, name: string): { name: string; email: string } {
  const { name: committer = '', email = '' } = head?.committer ?? {};
  const login = committer
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return { name: login || (name.split('/')[0] ?? name), email };
}

/** A number that stays the same for a name. */
const numberOf = (name: string): number => createHash('sha256').update(name.toLowerCase()).digest().readUIntBE(0, 4);
