import type { Codebase } from '../codebase/codebase.ts';
import type { Advance } from '../engine/advance.ts';
import type { Instant } from '../engine/instant.ts';
import type { HttpRequest, HttpResponse } from '../lambda/http.ts';
import { pageHeaders, pageResponse } from '../page/page.ts';
import type { Release } from '../release/record.ts';
import type { Target } from '../target/record.ts';
import { approvalPage, refusalPage } from './approval-page.ts';
import { decisionFormOf, maxFormBytes } from './decision-form.ts';
import type { Subject } from './facts-list.ts';
import { type Situation, situationOf } from './situation.ts';
import { type ApprovalKeys, type Question, verifyToken } from './token.ts';

export type ApprovalServices = {
  /** Both read consistently: a page after a decision must show it. */
  readTarget: (codebase: string, environment: string) => Promise<Target | undefined>;
  readRelease: (codebase: string, commit: string) => Promise<Release | undefined>;
  codebase: (name: string) => Codebase | undefined;
  advance: Pick<Advance, 'target'>;
  approvalKeys: () => Promise<ApprovalKeys>;
  /** Our public address, whose origin a decision must come from. */
  url: string;
  now: () => Instant;
};

const prefix = '/approvals/';

/** `/approvals/{token}`: GET and HEAD show and change nothing; POST decides. Throws only where a service is down. */
export async function approval(request: HttpRequest, services: ApprovalServices): Promise<HttpResponse> {
  if (request.method === 'HEAD') return { ...(await approval({ ...request, method: 'GET' }, services)), body: '' };
  if (request.method !== 'GET' && request.method !== 'POST')
    return pageResponse(405, refusalPage('Not possible here', 'This address is for reading and for deciding.'), {
      allow: 'GET, HEAD, POST',
    });
  const refused = request.method === 'POST' && refusalOf(request, services.url);
  if (refused) return refused;
  const token = request.path.startsWith(prefix) ? request.path.slice(prefix.length) : '';
  const verified = verifyToken(token, await services.approvalKeys());
  if (verified.kind === 'not-ours') return notOurs;
  if (request.method === 'GET') return show(verified, services);
  return decide(request.body, verified, `${services.url}${prefix}${token}`, services);
}

/** Everything that is wrong with a POST before its token is looked at. The Origin is the only proof that our page sent it. */
function refusalOf({ headers, body }: HttpRequest, url: string): HttpResponse | undefined {
  if (headers.origin !== new URL(url).origin)
    return pageResponse(
      403,
      refusalPage(
        'Not from this page',
        'A decision must be sent from the page of the link itself. Open the link in a browser and decide there.',
      ),
    );
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers['content-type'] ?? ''))
    return pageResponse(
      415,
      refusalPage('Not a form', 'A decision is sent as a form (application/x-www-form-urlencoded).'),
    );
  if (body.length > maxFormBytes)
    return pageResponse(413, refusalPage('Too large', 'The form is larger than any honest one.'));
  return undefined;
}

async function show(question: Question, services: ApprovalServices): Promise<HttpResponse> {
  const now = services.now();
  const subject = await subjectOf(question, services);
  const situation = situationOf(question.shown, subject.target, subject.release, now);
  return pageResponse(
    situation.kind === 'decided' ? 200 : statusOf[situation.kind],
    approvalPage(subject, situation, now),
  );
}

async function decide(
  body: Buffer,
  question: Question,
  link: string,
  services: ApprovalServices,
): Promise<HttpResponse> {
  const form = decisionFormOf(body);
  if (form.kind === 'mistake') {
    const now = services.now();
    const subject = await subjectOf(question, services);
    const situation = situationOf(question.shown, subject.target, subject.release, now);
    const status = situation.kind === 'open' ? 400 : statusOf[situation.kind];
    return pageResponse(status, approvalPage(subject, situation, now, form));
  }
  const { codebase, environment, shown } = question;
  const by = { name: form.name, how: 'claimed-on-link' } as const;
  const outcome = await services.advance.target(codebase, environment, { kind: form.decision, shown, by });
  if (outcome.kind === 'written') return seeOther(link);
  const now = services.now();
  const subject = await subjectOf(question, services);
  const situation = stillOpen(situationOf(shown, subject.target, subject.release, now));
  const same = situation.kind === 'decided' && situation.decision === form.decision;
  return same ? seeOther(link) : pageResponse(statusOf[situation.kind], approvalPage(subject, situation, now));
}

/** The record refused what the page would still offer (it changed in between and back, say): never offer it in the answer. */
function stillOpen(situation: Situation): Situation {
  return situation.kind === 'open' ? { kind: 'withdrawn' } : situation;
}

async function subjectOf(question: Question, services: ApprovalServices): Promise<Subject> {
  const { codebase, environment, shown } = question;
  const [target, release] = await Promise.all([
    services.readTarget(codebase, environment),
    services.readRelease(codebase, shown.release),
  ]);
  const live = target?.live?.release;
  const running = live === undefined || live === shown.release ? undefined : await services.readRelease(codebase, live);
  return { question, codebase: services.codebase(codebase), target, release, running };
}

/** 409: what stands in the way may pass or was another's decision. 410: this question will never be open again. */
const statusOf: Record<Situation['kind'], number> = {
  open: 200,
  decided: 409,
  held: 409,
  busy: 409,
  moved: 409,
  'asked-again': 409,
  superseded: 410,
  expired: 410,
  withdrawn: 410,
};

const notOurs = pageResponse(
  404,
  refusalPage(
    'Unknown link',
    'This is not a link that was made here, or it was cut off on its way. Copy it again, whole, from where it was sent.',
  ),
);

/** After a decision the browser GETs the page, so that loading it again decides nothing (RFC 9110, 15.4.4). */
const seeOther = (link: string): HttpResponse => ({
  status: 303,
  headers: { ...pageHeaders, location: link },
  body: '',
});
