import http from 'node:http';
import https from 'node:https';
import * as z from 'zod';
import { seconds } from '../../engine/instant.ts';
import { ClusterError } from '../cluster-error.ts';
import { oneLine } from './answer.ts';
import type { Access, ApiAnswer, ApiRequest, KubernetesApi } from './api.ts';
import { asOutage } from './outage.ts';

/*
 * Why not @kubernetes/client-node: measured with 2.0.1 and esbuild (minified, mainFields module,main) on Node 24, 2 cores:
 *   bundle 2.19 MB (395 kB gzipped) against 0.45 MB (0.44 of it zod, which the rest of drover has anyway);
 *   CPU to import it 0.29 s against 0.12 s; memory 87 MB against 69 MB (an empty process: 45 MB).
 * Drover makes six kinds of call. The library stays as the foreign client that the local cluster is tested with.
 */

/** An API server that has not answered by then hangs: it is an outage. Milliseconds. */
const LIMIT = seconds(10);
/** A namespace's list of pods may be large; anything beyond is not an answer that drover asked for. */
const LIMIT_BYTES = 16_000_000;

/** The API server at `access`, over keep-alive connections. With a CA, only that CA is trusted. A 401 is tried once with a fresh token. */
export function httpsApi(access: Access, limit = LIMIT): KubernetesApi {
  const { ca, cert, key } = access;
  const secure = new URL(access.server).protocol === 'https:';
  const pinned = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  const agent = secure ? new https.Agent({ keepAlive: true, ...pinned }) : new http.Agent({ keepAlive: true });

  const call = async (request: ApiRequest, fresh: boolean): Promise<ApiAnswer> => {
    const token = await access.token?.(fresh);
    const { status, json, text, retryAfter } = await send(access.server, secure, agent, request, token, limit);
    if (status === 401 && access.token && !fresh) return call(request, true);
    if (status === 401)
      throw new ClusterError('unauthorized', `${access.server} does not know us (401): ${whoWeAre(access)}`, {
        retryable: true,
      });
    if (status === 408 || status === 429 || status >= 500)
      throw new ClusterError(
        'unavailable',
        `${access.server} answered ${status} to ${request.method} ${request.path}${inItsWords(text)}`,
        { retryable: true, ...(retryAfter !== undefined && { retryAfter }) },
      );
    if (status >= 300 && status < 400)
      throw new ClusterError('garbled', `${access.server} answered ${status}, which no API server does: a proxy?`, {
        retryable: true,
      });
    const body = json ? parsed(text, access.server) : text;
    // An API server refuses in a Status; what is on the way to it has a 404 or 403 of its own, which says nothing of the workload.
    if (status >= 400 && !Status.safeParse(body).success)
      throw new ClusterError(
        'garbled',
        `${access.server} answered ${status}, and not as Kubernetes does: a load balancer, a proxy?`,
        {
          retryable: true,
        },
      );
    return { status, body };
  };
  return (request) => call(request, false);
}

const whoWeAre = ({ cert }: Access): string =>
  cert === undefined
    ? 'the token is refused or no access entry names our role'
    : 'the client certificate has expired, or is not of its CA';

function send(
  server: string,
  secure: boolean,
  agent: http.Agent,
  request: ApiRequest,
  token: string | undefined,
  limit: number,
): Promise<{ status: number; json: boolean; text: string; retryAfter: number | undefined }> {
  const url = new URL(server.replace(/\/$/, '') + request.path);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  return new Promise((resolve, reject) => {
    let connected = false;
    const outage = (cause: Error) => reject(asOutage(server, cause, { limit, connected }));
    const sent = (secure ? https : http).request(
      url,
      {
        method: request.method,
        agent,
        signal: AbortSignal.timeout(limit),
        headers: {
          accept: 'application/json, text/plain;q=0.9, */*;q=0.1',
          'user-agent': 'drover',
          ...(token && { authorization: `Bearer ${token}` }),
          ...(body && {
            'content-type': request.contentType ?? 'application/json',
            'content-length': Buffer.byteLength(body),
          }),
        },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > LIMIT_BYTES) answer.destroy(new Error(`answer larger than ${LIMIT_BYTES} bytes`));
          else chunks.push(chunk);
        });
        answer.on('error', outage);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            // By the content type: a container's log may begin like JSON.
            json: /^application\/json\b/.test(answer.headers['content-type'] ?? ''),
            text: Buffer.concat(chunks).toString('utf8'),
            retryAfter: retryAfterOf(answer.headers['retry-after']),
          }),
        );
      },
    );
    sent.on('socket', (socket) => {
      connected = !socket.connecting;
      if (!connected)
        socket.once('connect', () => {
          connected = true;
        });
    });
    sent.on('error', outage);
    sent.end(body);
  });
}

/** Seconds, as Kubernetes sends them, in milliseconds. Source: RFC 9110, 10.2.3; a date is not what it sends. */
function retryAfterOf(header: string | undefined): number | undefined {
  const after = Number(header);
  return header === undefined || !Number.isFinite(after) || after < 0 ? undefined : seconds(after);
}

/** What the API server says of itself, or of an admission webhook that it could not call. */
function inItsWords(text: string): string {
  const said = InWords.safeParse(text);
  return said.success ? `: ${oneLine(said.data.message, 300)}` : '';
}
const Status = z.object({ kind: z.literal('Status') });
const InWords = z
  .string()
  .transform((text, { issues }) => {
    try {
      return JSON.parse(text);
    } catch {
      issues.push({ code: 'custom', message: 'not JSON', input: text });
      return z.NEVER;
    }
  })
  .pipe(z.object({ message: z.string().min(1) }));

function parsed(text: string, server: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ClusterError('garbled', `${server} answered something that is not JSON`, { retryable: true, cause });
  }
}
