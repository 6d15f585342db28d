import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Listening, listen } from '../http/listen.ts';
import { answer, refuse } from './answer.ts';
import { serveBlob } from './blobs.ts';
import { listTags, receiveManifest, serveManifest } from './manifests.ts';
import { repositoryName } from './names.ts';
import { openStore, type RegistryStore } from './store.ts';
import { beginUpload, continueUpload } from './uploads.ts';

export type RegistryOptions = {
  port: number;
  /** Where images are kept; a later start finds them. */
  folder: string;
  now: () => number;
  /** Whether repositories that a push creates have immutable tags. */
  immutable: boolean;
  /** Of those, tags that move all the same (`cache-*`). Default none. */
  mutableTags?: string[];
  /** Whether a push creates its repository, as Docker's registry does and ECR does not. Default true. */
  createOnPush?: boolean;
  /** One more address of this machine, at the same port, where images can be pulled and nothing else: of nodes that are not this machine. */
  pullAt?: string;
  report?: (line: { method: string; path: string; status: number }) => void;
};

export type Exchange = {
  store: RegistryStore;
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  /** What a Location begins with. */
  base: string;
};

export type Registry = { url: string; host: string; port: number; store: RegistryStore; close: () => Promise<void> };

/** An OCI registry: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md, without deletion and referrers. */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const store = openStore(options.folder, options.now);
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://registry');
    const base = `http://${request.headers.host ?? 'registry'}`;
    response.on('close', () => {
      options.report?.({ method: request.method ?? '', path: pathname, status: response.statusCode });
    });
    route({ store, request, response, query: searchParams, base }, pathname, options).catch(() => response.destroy());
  });
  const listening = await listen(server, options.port, 'The registry');
  const { port } = listening;
  const forNodes = options.pullAt === undefined ? undefined : await openForPulls(server, port, options.pullAt);
  const close = async () => {
    await Promise.all([listening.close(), forNodes?.close()]);
  };
  return { ...listening, close, host: `127.0.0.1:${port}`, store };
}

/** Whoever reaches that address is not known: it may read, and that is all. */
function openForPulls(registry: Server, port: number, address: string): Promise<Listening> {
  const server = createServer((request, response) => {
    if (request.method === 'GET' || request.method === 'HEAD') return registry.emit('request', request, response);
    request.resume();
    return refuse(response, 405, 'UNSUPPORTED', 'Images can only be pulled at this address.');
  });
  return listen(server, port, 'The registry', address);
}

async function route(exchange: Exchange, path: string, options: RegistryOptions): Promise<ServerResponse> {
  const { request, response, store } = exchange;
  const method = request.method ?? 'GET';
  const reads = method === 'GET' || method === 'HEAD';
  if (reads && (path === '/v2/' || path === '/v2'))
    return answer(response, 200, { 'content-type': 'application/json', 'content-length': 2 }, '{}');
  const found = /^\/v2\/(?<name>.+)\/(?<what>blobs\/uploads|blobs|manifests|tags)\/(?<reference>[^/]*)$/.exec(
    path,
  )?.groups;
  const name = found?.name ?? '';
  const reference = found?.reference ?? '';
  if (!found) return refuse(response, 404, 'UNSUPPORTED', 'The operation is unsupported.');
  if (!repositoryName.test(name)) return refuse(response, 400, 'NAME_INVALID', 'invalid repository name', { name });
  if (!reads && method !== 'DELETE' && !store.repository(name)) {
    if (!(options.createOnPush ?? true)) {
      request.resume();
      const message = `The repository with name '${name}' does not exist in the registry`;
      return refuse(response, 404, 'NAME_UNKNOWN', message);
    }
    store.createRepository(name, options.immutable, options.mutableTags);
  }
  if (found.what === 'blobs/uploads' && reference === '' && method === 'POST') return beginUpload(exchange, name);
  if (found.what === 'blobs/uploads' && reference !== '') return continueUpload(exchange, name, reference);
  if (found.what === 'blobs' && reads) return serveBlob(exchange, name, reference);
  if (found.what === 'manifests' && reads) return serveManifest(exchange, name, reference);
  if (found.what === 'manifests' && method === 'PUT') return receiveManifest(exchange, name, reference);
  if (found.what === 'tags' && reference === 'list' && reads) return listTags(exchange, name);
  request.resume();
  return refuse(response, 405, 'UNSUPPORTED', 'The operation is unsupported.');
}
