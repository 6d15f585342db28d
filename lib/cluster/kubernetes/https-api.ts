import http from 'node:http';
import https from 'node:https';
import { seconds } from '../../engine/instant.ts';
import { ClusterError } from '../cluster-error.ts';
import type { Access, ApiAnswer, ApiRequest, KubernetesApi } from './api.ts';

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
    const { status, json, text } = await send(access.server, secure, agent, request, token, limit);
    if (status === 401 && access.token && !fresh) return call(request, true);
    if (status === 401)
      throw new ClusterError(
        'unauthorized',
        `${access.server} does not know us (401): the token is refused or no access entry names our role`,
        { retryable: true },
      );
    if (status === 408 || status === 429 || status >= 500)
      throw new ClusterError(
        'unavailable',
        `${access.server} answered ${status} to ${request.method} ${request.path}`,
        {
          retryable: true,
        },
      );
    return { status, body: json ? parsed(text, access.server) : text };
  };
  return (request) => call(request, false);
}

function send(
  server: string,
  secure: boolean,
  agent: http.Agent,
  request: ApiRequest,
  token: string | undefined,
  limit: number,
): Promise<{ status: number; json: boolean; text: string }> {
  const url = new URL(server.replace(/\/$/, '') + request.path);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  return new Promise((resolve, reject) => {
    const outage = (cause: Error) => reject(asOutage(server, cause, limit));
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
          }),
        );
      },
    );
    sent.on('error', outage);
    sent.end(body);
  });
}

function asOutage(server: string, cause: Error, limit: number): ClusterError {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code))
    return new ClusterError('untrusted', `the certificate of ${server} is not one that its CA vouches for (${code})`, {
      retryable: true,
      cause,
    });
  if (cause.name === 'TimeoutError' || cause.name === 'AbortError')
    return new ClusterError('unreachable', `${server} did not answer within ${limit / 1_000} s`, {
      retryable: true,
      cause,
    });
  return new ClusterError('unreachable', `${server} cannot be reached (${code || cause.message})`, {
    retryable: true,
    cause,
  });
}

function parsed(text: string, server: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ClusterError('garbled', `${server} answered something that is not JSON`, { retryable: true, cause });
  }
}
