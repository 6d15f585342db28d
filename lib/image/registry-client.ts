import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Failure } from '../lambda/failure.ts';
import { digestOf } from './digest.ts';
import { type Blob, indexType, manifestType } from './manifest.ts';
import { refusal } from './refusal.ts';

/** Bytes that lie elsewhere and are read as they are sent, anew for each try. */
export type Stored = { size: number; open: () => AsyncIterable<Uint8Array> };

/** One repository of an OCI registry (distribution specification 1.1), as far as a push and a base need it. */
export type Repository = {
  host: string;
  name: string;
  /** The manifest's digest by tag or digest, or undefined where there is none. */
  digestAt: (reference: string) => Promise<string | undefined>;
  manifest: (reference: string) => Promise<Blob | undefined>;
  has: (digest: string) => Promise<boolean>;
  blob: (digest: string) => Promise<Buffer>;
  /** The blob piece by piece, so that it need not fit in memory. Throws at its end where it was not the one asked for. */
  stream: (digest: string) => AsyncIterable<Uint8Array>;
  /** True if the registry took the blob over from its other repository. */
  mount: (digest: string, from: string) => Promise<boolean>;
  upload: (blob: { digest: string; bytes: Buffer | Stored }) => Promise<void>;
  /** The status the registry gave; 2xx is tagged. */
  putManifest: (reference: string, bytes: Buffer, type?: string) => Promise<{ status: number; text: string }>;
};

/** Answers a registry's 401 with the value of an Authorization header, or undefined where there is none to be had. */
export type Authorize = (challenge: string, repository: string) => Promise<string | undefined>;

export type Fetch = typeof globalThis.fetch;

const acceptable = [
  manifestType,
  indexType,
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** Plain http only for this machine. */
export const originOf = (host: string): string =>
  `${/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host) ? 'http' : 'https'}://${host}`;

/** Milliseconds before each further try: a registry that is restarted, or that throttles, is asked no better at once. */
const pauses = [200, 800];

/** A client of one repository. An outage or a refusal throws one plain line. */
export function repositoryAt(
  host: string,
  name: string,
  fetch: Fetch,
  authorize: Authorize,
  pause: (milliseconds: number) => Promise<unknown> = setTimeout,
): Repository {
  const at = (path: string) => `${originOf(host)}/v2/${name}/${path}`;
  let authorization: string | undefined;

  async function send(method: string, url: string, headers: Record<string, string> = {}, body?: Buffer | Stored) {
    const go = async () => {
      const own = url.startsWith(originOf(host)) && authorization ? { authorization } : {};
      return fetch(url, { method, ...(body && bodyOf(body)), headers: { ...headers, ...own, ...lengthOf(body) } });
    };
    let answer = await patiently(host, go, pause);
    if (answer.status === 401 && !authorization) {
      authorization = await authorize(answer.headers.get('www-authenticate') ?? '', name);
      if (authorization) answer = await patiently(host, go, pause);
    }
    return answer;
  }

  async function wanted(method: string, path: string, headers: Record<string, string> = {}) {
    const answer = await send(method, at(path), headers);
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw await refused(answer, `${method} ${path}`);
    return answer;
  }

  async function refused(answer: Response, what: string): Promise<Failure> {
    const text = (await answer.text()).replace(/\s+/g, ' ').slice(0, 300);
    return refusal(`the registry ${host} answered ${answer.status} to ${what} of ${name}: ${text}`);
  }

  const client: Repository = {
    host,
    name,
    digestAt: async (reference) => {
      const answer = await wanted('HEAD', `manifests/${reference}`, { accept: acceptable });
      if (!answer) return undefined;
      return answer.headers.get('docker-content-digest') ?? (await client.manifest(reference))?.digest;
    },
    manifest: async (reference) => {
      const answer = await wanted('GET', `manifests/${reference}`, { accept: acceptable });
      if (!answer) return undefined;
      const bytes = Buffer.from(await answer.arrayBuffer());
      return { bytes, digest: digestOf(bytes) };
    },
    has: async (digest) => (await wanted('HEAD', `blobs/${digest}`)) !== undefined,
    blob: async (digest) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of client.stream(digest)) pieces.push(piece);
      return Buffer.concat(pieces);
    },
    stream: async function* (digest) {
      const answer = await wanted('GET', `blobs/${digest}`);
      const hash = createHash('sha256');
      for await (const piece of answer?.body ?? []) {
        hash.update(piece);
        yield piece;
      }
      if (`sha256:${hash.digest('hex')}` !== digest) throw refusal(`${host}/${name} has no intact blob ${digest}`);
    },
    mount: async (digest, from) => {
      const query = new URLSearchParams({ mount: digest, from });
      return (await send('POST', at(`blobs/uploads/?${query}`), { 'content-length': '0' })).status === 201;
    },
    upload: async ({ digest, bytes }) => {
      const begun = await send('POST', at('blobs/uploads/'), { 'content-length': '0' });
      const location = begun.headers.get('location');
      if (begun.status !== 202 || !location) throw await refused(begun, 'an upload');
      const to = new URL(location, originOf(host));
      to.searchParams.set('digest', digest);
      const done = await send('PUT', to.href, { 'content-type': 'application/octet-stream' }, bytes);
      if (!done.ok) throw await refused(done, `the upload of ${digest}`);
    },
    putManifest: async (reference, bytes, type = manifestType) => {
      const answer = await send('PUT', at(`manifests/${reference}`), { 'content-type': type }, bytes);
      return { status: answer.status, text: (await answer.text()).replace(/\s+/g, ' ').slice(0, 300) };
    },
  };
  return client;
}

/** A stream says no length of its own, and registries want one. */
const lengthOf = (body: Buffer | Stored | undefined): Record<string, string> =>
  body === undefined || Buffer.isBuffer(body) ? {} : { 'content-length': String(body.size) };

const bodyOf = (body: Buffer | Stored): RequestInit =>
  Buffer.isBuffer(body) ? { body: new Uint8Array(body) } : { body: ReadableStream.from(body.open()), duplex: 'half' };

/** Three tries for what may pass: no answer, 429 and 5xx. Every call of this file can be repeated. */
async function patiently(
  host: string,
  go: () => Promise<Response>,
  pause: (milliseconds: number) => Promise<unknown>,
  [next, ...others] = pauses,
): Promise<Response> {
  try {
    const answer = await go();
    if (next === undefined || (answer.status < 500 && answer.status !== 429)) return answer;
    await answer.body?.cancel();
  } catch (cause) {
    if (next === undefined) throw refusal(`the registry ${host} does not answer`, cause);
  }
  await pause(next);
  return patiently(host, go, pause, others);
}
