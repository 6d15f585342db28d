import { Failure } from './failure.ts';
import type { HttpResponse } from './http.ts';

/** An RFC 9457 answer: `code` is ours and stable, `detail` one line for a person; `more` are further members. */
export function problem(
  status: number,
  code: string,
  detail: string,
  more: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify({ type: 'about:blank', title: titles[status] ?? 'Error', status, code, detail, ...more }),
  };
}

/** What a caller is told of an error: 503 where trying again can help, else 500; the error's own words are for the log alone. */
export function problemOf(error: unknown): HttpResponse {
  if (!(error instanceof Failure)) return problem(500, 'unexpected', 'Something went wrong; the log says what.');
  if (!error.retryable) return problem(500, error.code, 'This cannot be done; the log says why.');
  const seconds = String(Math.max(1, Math.ceil((error.retryAfter ?? 30_000) / 1_000)));
  return problem(503, error.code, 'A service is out of reach; try again later.', {}, { 'retry-after': seconds });
}

/** The titles that RFC 9110 gives to the codes we answer with. */
const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};
