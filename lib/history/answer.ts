import { createHash } from 'node:crypto';
import type { HttpRequest, HttpResponse } from '../lambda/http.ts';

/** An answer in JSON. What was read may be kept by the asker and asked for again by its tag; it is nobody else's. */
export function answer(status: number, value: unknown): HttpResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
    },
    body: `${JSON.stringify(value)}\n`,
  };
}

/** Adds a strong ETag over the body; 304 without one where the asker has it already (RFC 9110, 13.1.2 and 15.4.5). */
export function withETag(request: HttpRequest, response: HttpResponse): HttpResponse {
  if (response.status !== 200 || request.method !== 'GET') return response;
  const etag = `"${createHash('sha256').update(response.body).digest('base64url')}"`;
  const headers: Record<string, string> = { ...response.headers, etag, vary: 'authorization' };
  const { 'content-type': _, ...kept } = headers;
  return knows(request.headers['if-none-match'], etag)
    ? { status: 304, headers: kept, body: '' }
    : { ...response, headers };
}

/** If-None-Match compares weakly: a cache on the way may have made our tag weak. */
function knows(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
