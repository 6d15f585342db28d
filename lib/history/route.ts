import type { z } from 'zod';
import type { HttpRequest, HttpResponse } from '../lambda/http.ts';
import type { By } from './entry.ts';
import { problem } from './problem.ts';
import type { HistoryServices } from './services.ts';
import type { Scope } from './tokens.ts';

/** A request whose every part was parsed, and who asks. */
export type Asked<P, Q, B> = { path: P; query: Q; body: B; by: By };

/** One method of one address. `serve` parses the request by the route's schemas, then answers. */
export type Route = {
  method: 'GET' | 'POST';
  /** `/releases/{codebase}/{commit}`, as OpenAPI writes it. */
  pattern: string;
  scope: Scope;
  serve: (request: HttpRequest, by: By, services: HistoryServices) => Promise<HttpResponse>;
};

type Schemas<P, Q, B> = { path: z.ZodType<P>; query: z.ZodType<Q>; body: z.ZodType<B> };

/** A route whose parts are parsed in the order in which a caller would mend them: address, query, body. */
export function route<P, Q, B>(
  { method, pattern, scope }: Pick<Route, 'method' | 'pattern' | 'scope'>,
  schemas: Schemas<P, Q, B>,
  answer: (asked: Asked<P, Q, B>, services: HistoryServices) => Promise<HttpResponse>,
): Route {
  const serve: Route['serve'] = async (request, by, services) => {
    const path = schemas.path.safeParse(matchPath(pattern, request.path) ?? {});
    if (!path.success) return problem('bad-parameter', ...wrong(path.error));
    const query = schemas.query.safeParse(request.query);
    if (!query.success) return problem('bad-parameter', ...wrong(query.error));
    const json = method === 'POST' ? jsonOf(request) : { kind: 'json' as const, value: undefined };
    if (json.kind === 'refused') return json.response;
    const body = schemas.body.safeParse(json.value);
    if (!body.success) return problem('bad-body', ...wrong(body.error));
    return answer({ path: path.data, query: query.data, body: body.data, by }, services);
  };
  return { method, pattern, scope, serve };
}

/** The values of a pattern's names in a path; undefined where the path is another. */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const [names, parts] = [pattern.split('/'), path.split('/')];
  if (names.length !== parts.length) return undefined;
  const values: Record<string, string> = {};
  for (const [at, name] of names.entries()) {
    const part = decoded(parts[at] ?? '');
    if (part === undefined) return undefined;
    if (name.startsWith('{')) values[name.slice(1, -1)] = part;
    else if (name !== part) return undefined;
  }
  return values;
}

/** No body of this API needs a tenth of it. */
const maxBodyBytes = 16_384;

function jsonOf({
  headers,
  body,
}: HttpRequest): { kind: 'json'; value: unknown } | { kind: 'refused'; response: HttpResponse } {
  if (body.length > maxBodyBytes)
    return { kind: 'refused', response: problem('body-too-large', `At most ${maxBodyBytes} bytes.`) };
  if (body.length === 0) return { kind: 'json', value: {} };
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? ''))
    return { kind: 'refused', response: problem('unsupported-media-type', 'Send application/json.') };
  try {
    return { kind: 'json', value: JSON.parse(body.toString('utf8')) };
  } catch {
    return { kind: 'refused', response: problem('bad-body', 'The body is not JSON.') };
  }
}

/** What is wrong in one line, and the name of the parameter that is. */
function wrong(error: z.ZodError): [string, { parameter?: string }] {
  const [issue] = error.issues;
  if (!issue) return ['It is not what it should be.', {}];
  const [unknown] = issue.code === 'unrecognized_keys' ? issue.keys : [];
  const parameter = unknown ?? issue.path.join('.');
  const detail = unknown === undefined ? issue.message : `there is no parameter of that name`;
  return parameter === '' ? [detail, {}] : [`${parameter}: ${detail}`, { parameter }];
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
