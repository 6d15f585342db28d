import { createServer, type IncomingMessage } from 'node:http';
import { sign } from '@octokit/webhooks-methods';
import type { Branch, Push } from '../../../lib/branch/record.ts';
import type { Codebase } from '../../../lib/codebase/codebase.ts';
import type { Outcome } from '../../../lib/engine/advance.ts';
import { type DeliveryServices, deliveryLimit, receiveDelivery } from '../../../lib/source/github/delivery.ts';
import { listen } from '../../../local/http/listen.ts';
import { readBody } from '../../../local/http/read-body.ts';

export const secret = "It's a Secret to Everybody";

export const codebase = (repository: string, branch: string): Codebase => ({
  name: repository.split('/')[1]?.toLowerCase() ?? repository,
  language: 'node',
  github: 'https://github.com',
  repository,
  branch,
  environments: [],
  compute: 'small',
  platforms: ['linux/arm64'],
  buildTimeoutMinutes: 30,
});

/** A herd of codebases that remembers the pushes it was told of, and knows a push that it was told of before. */
export function tellable(...codebases: Codebase[]) {
  const pushes: Push[] = [];
  const calls = { secrets: 0, refresh: 0 };
  const known = (push: Push) => pushes.some(({ commit, before }) => commit === push.commit && before === push.before);
  const services: DeliveryServices = {
    secrets: async () => {
      calls.secrets += 1;
      return [secret, 'the one before'];
    },
    refreshSecrets: async () => {
      calls.refresh += 1;
      return [secret, 'the one before'];
    },
    herd: {
      byRepository: (name) => codebases.find(({ repository }) => repository.toLowerCase() === name.toLowerCase()),
    },
    advance: {
      branch: async (name, event): Promise<Outcome<Branch>> => {
        if (event.kind !== 'pushed') throw new Error('a delivery only pushes');
        if (known(event.push)) return { kind: 'ignored', reason: 'push-known', record: undefined };
        pushes.push(event.push);
        const newest = pushes.toSorted((a, b) => b.pushedAt - a.pushedAt)[0] ?? event.push;
        const waiting = pushes.filter((push) => push !== newest && push.pushedAt === newest.pushedAt);
        const record: Branch = { kind: 'branch', codebase: name, commit: newest.commit, order: 1, second: [], waiting };
        return { kind: 'written', record, version: pushes.length };
      },
    },
  };
  return { services, pushes, calls };
}

export type Answer = { status: number; type: string | null; body: Record<string, unknown> };

/** `receiveDelivery` behind a real HTTP server, and a way to post to it. */
export async function startReceiver(services: DeliveryServices) {
  const server = createServer((request, response) => {
    received(request, services)
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
      .catch((error: unknown) => response.writeHead(500).end(JSON.stringify({ error: String(error) })));
  });
  const { url, close } = await listen(server, 0, 'The receiver');
  const post = async (body: string | Uint8Array<ArrayBuffer>, headers: [string, string][]): Promise<Answer> => {
    const answer = await fetch(url, { method: 'POST', body, headers });
    const text = await answer.text();
    return { status: answer.status, type: answer.headers.get('content-type'), body: JSON.parse(text) };
  };
  return { url, post, close };
}

async function received(request: IncomingMessage, services: DeliveryServices) {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
  const body = (await readBody(request, 2 * deliveryLimit)) ?? Buffer.alloc(0);
  return receiveDelivery({ method: 'POST', path: '/webhooks/github', query: {}, headers, body }, services);
}

/** The headers of a delivery, signed by octokit's own code, which drover does not use itself. */
export const signed = async (event: string, body: string, by = secret): Promise<[string, string][]> => [
  ['content-type', 'application/json'],
  ['x-github-event', event],
  ['x-github-delivery', '72d3162e-cc78-11e3-81ab-4c9367dc0958'],
  ['x-hub-signature-256', await sign(by, body)],
];

const commit = 'a'.repeat(40);

/** A push to `acme/shop` as GitHub sends it, with what a case changes. */
export const pushPayload = (changes: Record<string, unknown> = {}, repository: Record<string, unknown> = {}) => ({
  ref: 'refs/heads/main',
  before: 'b'.repeat(40),
  after: commit,
  created: false,
  deleted: false,
  forced: false,
  base_ref: null,
  compare: 'https://github.com/acme/shop/compare/bbbbbbbbbbbb...aaaaaaaaaaaa',
  commits: [{ id: commit, added: [], removed: [], modified: ['index.js'] }],
  head_commit: { id: commit, message: 'Sell things\n\nMore of it', author: { name: 'Ada', email: 'ada@example.org' } },
  repository: { id: 1, full_name: 'acme/shop', default_branch: 'main', pushed_at: 1_760_000_000, ...repository },
  pusher: { name: 'ada', email: 'ada@example.org' },
  sender: { login: 'ada', id: 1 },
  ...changes,
});
