import description from '../../openapi.json' with { type: 'json' };
import type { HttpRequest, HttpResponse } from '../lambda/http.ts';
import { answer, withETag } from './answer.ts';
import type { By } from './entry.ts';
import { postAbort, postCheck, postHold, postOffer, postRebuild, postRollback, postUnhold } from './operate-routes.ts';
import { problem } from './problem.ts';
import { getRelease, getReleases, getTarget, getTargets } from './read-routes.ts';
import { matchPath, type Route } from './route.ts';
import type { HistoryServices } from './services.ts';
import { presentedToken, type Scope, tokenHolds } from './tokens.ts';

export const routes: Route[] = [
  getReleases,
  getRelease,
  postRebuild,
  getTargets,
  getTarget,
  postOffer,
  postRollback,
  postAbort,
  postHold,
  postUnhold,
  postCheck,
];

/** The history API: every address but its own description needs a bearer token. HEAD is GET without the body. Throws only where a service is down. */
export async function historyApi(request: HttpRequest, services: HistoryServices): Promise<HttpResponse> {
  if (request.method === 'HEAD') return { ...(await historyApi({ ...request, method: 'GET' }, services)), body: '' };
  return withETag(request, await answerOf(request, services));
}

async function answerOf(request: HttpRequest, services: HistoryServices): Promise<HttpResponse> {
  const here = routes.filter(({ pattern }) => matchPath(pattern, request.path) !== undefined);
  const methods = request.path === '/openapi.json' ? ['GET'] : here.map(({ method }) => method);
  if (methods.length === 0) return problem('not-found', 'There is nothing at this address.');
  if (!methods.some((method) => method === request.method)) {
    const allow = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
    return problem('method-not-allowed', `Possible here: ${allow}.`, {}, { allow });
  }
  const found = here.find(({ method }) => method === request.method);
  if (!found) return answer(200, description);
  const asker = await askerOf(request, found.scope, services);
  return asker.kind === 'refused' ? asker.response : found.serve(request, asker.by, services);
}

type Asker = { kind: 'by'; by: By } | { kind: 'refused'; response: HttpResponse };

/** Who asks, by their token. The challenges are RFC 6750's, section 3. */
async function askerOf({ headers }: HttpRequest, scope: Scope, services: HistoryServices): Promise<Asker> {
  const presented = presentedToken(headers.authorization);
  const token = presented && (await services.findToken(presented.id));
  if (!presented || !tokenHolds(presented, token, services.now())) {
    const challenge =
      headers.authorization === undefined ? 'Bearer realm="drover"' : 'Bearer realm="drover", error="invalid_token"';
    const detail = 'Send `Authorization: Bearer drover_…`, a token that is neither expired nor revoked.';
    return { kind: 'refused', response: problem('unauthenticated', detail, {}, { 'www-authenticate': challenge }) };
  }
  if (scope === 'operate' && token.scope !== 'operate') {
    const challenge = 'Bearer realm="drover", error="insufficient_scope", scope="operate"';
    const detail = 'This token has the scope read; this needs operate.';
    return { kind: 'refused', response: problem('not-allowed', detail, {}, { 'www-authenticate': challenge }) };
  }
  return { kind: 'by', by: { name: token.name, how: 'api-token' } };
}
