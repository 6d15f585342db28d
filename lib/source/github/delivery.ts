import * as z from 'zod';
import type { Branch } from '../../branch/record.ts';
import type { Herd } from '../../codebase/codebase.ts';
import type { Advance, Outcome } from '../../engine/advance.ts';
import type { HttpRequest, HttpResponse } from '../../lambda/http.ts';
import { problem } from '../../lambda/problem.ts';
import { payloadOf } from './payload.ts';
import { PushEvent } from './push-event.ts';
import type { WebhookSecrets } from './secrets.ts';
import { isSignedBy, signatureOf } from './signature.ts';
import { type Triage, triage } from './triage.ts';

/**
 * Bytes of a delivery that are read: 6 MB, what Lambda takes as a synchronous request. GitHub sends up to 25 MB and API Gateway
 * takes 10 MB, but what is longer than this never reaches a function on AWS; so it does not on one machine either.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const deliveryLimit = 6 * 1024 * 1024;

export type DeliveryServices = WebhookSecrets & {
  herd: Pick<Herd, 'byRepository'>;
  advance: Pick<Advance, 'branch'>;
};

/**
 * Answers one delivery of GitHub's webhook: 413, 401, 400, 200 (ignored, with the reason) or 202. Until the signature holds
 * nothing is called but the reading of the secrets. Throws only what the services throw, so that a lost push shows as failed.
 */
export async function receiveDelivery(request: HttpRequest, services: DeliveryServices): Promise<HttpResponse> {
  const { body, headers } = request;
  if (body.length > deliveryLimit)
    return problem(413, 'delivery-too-large', `A delivery may have ${deliveryLimit} bytes (6 MB, Lambda's own limit).`);
  if (!(await isGenuine(body, headers['x-hub-signature-256'], services)))
    return problem(401, 'signature-refused', 'X-Hub-Signature-256 is missing, malformed or wrong.');
  const event = EventName.safeParse(headers['x-github-event']);
  if (!event.success) return problem(400, 'event-unnamed', 'X-GitHub-Event is missing or is not the name of an event.');
  const payload = payloadOf(body, headers['content-type']);
  if (payload.kind === 'unreadable') return problem(400, 'payload-unreadable', `Signed, but ${payload.reason}.`);

  const delivery = DeliveryId.safeParse(headers['x-github-delivery']).data ?? null;
  if (event.data === 'push') {
    const push = PushEvent.safeParse(payload.value);
    if (!push.success) return misshapen(event.data, push.error);
    return receivePush(delivery, triage(push.data, services.herd), services.advance);
  }
  const other = z.object({}).safeParse(payload.value);
  if (!other.success) return misshapen(event.data, other.error);
  if (event.data === 'ping') return answer(200, { delivery, outcome: 'ignored', reason: 'ping' });
  return answer(200, { delivery, outcome: 'ignored', reason: 'event-not-used', event: event.data });
}

const EventName = z.string().regex(/^[a-z0-9_]{1,64}$/);
const DeliveryId = z.string().regex(/^[\w-]{1,64}$/);

/** A wrong signature may be one of a new secret: the secrets are read anew (they are, at most once a minute) and tried again. */
async function isGenuine(body: Buffer, header: string | undefined, services: WebhookSecrets): Promise<boolean> {
  const signature = signatureOf(header);
  if (signature === undefined) return false;
  if (isSignedBy(await services.secrets(), body, signature)) return true;
  return isSignedBy(await services.refreshSecrets(), body, signature);
}

/** The branch is told of a push in any case, also of one sent again: its own table knows, and the engine resumes what is owed. */
async function receivePush(delivery: string | null, found: Triage, advance: Pick<Advance, 'branch'>) {
  if (found.kind === 'ignored') return answer(200, { delivery, outcome: 'ignored', reason: found.reason });
  const { codebase, push } = found;
  const release = { codebase: codebase.name, commit: push.commit };
  const outcome = await advance.branch(codebase.name, { kind: 'pushed', push });
  return said(delivery, release, outcome);
}

/**
 * `older-push`: it is in the history, but a later push was there before it, named by `newest`. `order-asked`: the branch had more
 * than one push in this second, and its head is asked which one is the newest.
 */
function said(delivery: string | null, release: { codebase: string; commit: string }, outcome: Outcome<Branch>) {
  if (outcome.kind === 'ignored') return answer(200, { delivery, outcome: 'ignored', reason: outcome.reason, release });
  const { commit: newest, waiting = [] } = outcome.record;
  if (waiting.some(({ commit }) => commit === release.commit))
    return answer(202, { delivery, outcome: 'order-asked', release });
  if (newest !== release.commit) return answer(202, { delivery, outcome: 'older-push', release, newest });
  return answer(202, { delivery, outcome: 'release-queued', release });
}

/** Says where, and what was expected there; never what was found. */
function misshapen(event: string, { issues }: z.ZodError): HttpResponse {
  const errors = issues.slice(0, 5).map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
  const where = errors[0]?.path || 'the payload itself';
  return problem(400, 'payload-misshapen', `Signed, but not the shape of a ${event} event at ${where}.`, { errors });
}

const answer = (status: number, body: Record<string, unknown>): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});
