import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { listen } from '../http/listen.ts';
import { readBody } from '../http/read-body.ts';
import { deliveries } from './deliveries.ts';
import { findHttpBackend } from './git.ts';
import { serveGit } from './http-backend.ts';
import type { Asked } from './new-repository.ts';
import type { GitHubOptions, LocalGitHub } from './options.ts';
import { outbox } from './outbox.ts';
import { answerPage } from './pages.ts';
import { pushPayload, repositoryOf } from './push-payload.ts';
import { changesBetween, refsOf } from './refs.ts';
import { findRepository, isMade, makeBare, makeClone } from './repository.ts';
import { answerRest, notFound } from './rest.ts';
import { turns } from './turns.ts';

/** The smart protocol's three addresses; the older one, by single files, is not served. */
const gitPath = /^\/([^/]+\/[^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

const someone = { name: 'Ada', email: 'ada@example.org' };

/** A request to the REST API; a body that is no JSON is none. */
async function askedOf(request: IncomingMessage, path: string): Promise<Asked> {
  const text = (await readBody(request, 1_000_000))?.toString() ?? '';
  const { method = 'GET', headers } = request;
  return { method, path, authorization: headers.authorization, body: parsedOr(text) };
}
function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** GitHub on one machine: git over smart HTTP, its `push` webhook, and the few REST calls we make. Nobody signs in; 127.0.0.1 only. */
export async function startGitHub(options: GitHubOptions): Promise<LocalGitHub> {
  const { folder, now, webhookUrl, secret, login = 'local', plan = 'free', onDelivery = () => undefined } = options;
  const root = resolve(folder, 'repositories');
  mkdirSync(root, { recursive: true });
  const program = await findHttpBackend();
  const sent = deliveries({
    folder: join(folder, 'deliveries'),
    webhookUrl: typeof webhookUrl === 'string' ? () => webhookUrl : webhookUrl,
    secret: typeof secret === 'string' ? () => secret : secret,
    now,
    uuid: randomUUID,
    onDelivery,
  });
  const underWay = new Set<Promise<unknown>>();
  const track = <T>(work: Promise<T>): Promise<T> => {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  };
  const { deliver, hold, release, redeliver } = outbox(sent, track);

  /** Pushes to one repository come one after another, so that what each of them changed is known. */
  const inTurn = turns();
  const receivePack = (name: string, bare: string, serve: () => Promise<void>): Promise<void> =>
    inTurn(bare, async () => {
      const refs = await refsOf(bare);
      await serve();
      const pushed = { folder: bare, name, url: listening.url, refs, at: now() };
      for (const change of changesBetween(refs, await refsOf(bare)))
        deliver('push', name, await pushPayload(pushed, change));
    });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://github');
    const path = decodeURIComponent(pathname);
    const [, name = '', service = ''] = gitPath.exec(path) ?? [];
    const bare = findRepository(root, name);
    if (bare !== undefined) {
      const asked = { program, root, path: `/${name}.git/${service}`, query: search.slice(1) };
      const serve = () => serveGit(asked, request, response);
      return service === 'git-receive-pack' ? receivePack(name, bare, serve) : serve();
    }
    const rest = { root, url: listening.url, now, login, plan, deliveries: sent.list, redeliver };
    const { status, type, body } = path.startsWith('/api/v3/')
      ? await answerRest(rest, await askedOf(request, path.slice('/api/v3'.length)))
      : ((await answerPage(root, path)) ?? notFound);
    response.writeHead(status, { 'content-type': type }).end(body);
  };

  const server = createServer((request, response) => {
    track(answer(request, response)).catch(() => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  const listening = await listen(server, options.port, 'The local GitHub');
  const settled = async () => {
    while (underWay.size > 0) await Promise.allSettled(underWay);
  };

  return {
    ...listening,
    apiUrl: `${listening.url}/api/v3`,
    close: async () => {
      await listening.close();
      await settled();
    },
    createRepository: async (name, { branch, seed, clone, author = someone }) => {
      const url = `${listening.url}/${name}.git`;
      // The clone before the repository: where there is a repository and no clone, somebody else made it, and it is theirs to fill.
      const isTheirs = clone !== undefined && isMade(root, name) && !existsSync(join(clone, '.git'));
      const mine = seed === undefined || clone === undefined || isTheirs ? undefined : { folder: clone, seed };
      const commit = mine && (await makeClone({ ...mine, url, branch, author, at: now() }));
      await makeBare(root, name, branch);
      return { url, ...(mine && commit !== undefined && { clone: { folder: mine.folder, commit } }) };
    },
    deliveries: sent.list,
    hold,
    release: (order = 'as-pushed') => release(order),
    redeliver,
    ping: async (name) => {
      const repository = await repositoryOf(await makeBare(root, name, 'main'), name, listening.url, now());
      const hook = { type: 'App', id: 1, name: 'web', active: true, events: ['push'] };
      return track(sent.attempt(sent.make('ping', name, { zen: 'Design for failure.', hook_id: 1, hook, repository })));
    },
    settled,
  };
}
