import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';

/** The secret of the webhook in these benches. */
export const webhookSecret = 'a secret of the webhook';

const Recorded = z.array(
  z.object({
    name: z.string(),
    examples: z.array(z.looseObject({ ref: z.string().optional(), repository: z.looseObject({}).optional() })),
  }),
);

/** A push to a branch that GitHub really sent, as octokit recorded it, with what a case changes. Its repository is in no herd. */
export function recordedPush(changes: Record<string, unknown> = {}, repository: Record<string, unknown> = {}): string {
  const events = Recorded.parse(createRequire(import.meta.url)('@octokit/webhooks-examples/api.github.com/index.json'));
  const pushes = events.find(({ name }) => name === 'push')?.examples ?? [];
  const push = pushes.find(({ ref }) => ref === 'refs/heads/master');
  if (push === undefined) throw new Error('no push to a branch is among the recorded deliveries');
  return JSON.stringify({ ...push, ...changes, repository: { ...push.repository, ...repository } });
}

/** The signature of a body, as GitHub makes it. */
const signatureOf = (body: string): string =>
  `sha256=${createHmac('sha256', webhookSecret).update(body).digest('hex')}`;

/** A delivery as API Gateway hands it to the function (HTTP API, payload 2.0). */
export function deliveryOf(event: string, body: string, signature = signatureOf(body)): APIGatewayProxyEventV2 {
  const path = '/webhooks/github';
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/044aadd',
    'x-github-event': event,
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    ...(signature === '' ? {} : { 'x-hub-signature-256': signature }),
  };
  return {
    version: '2.0',
    routeKey: `POST ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers,
    requestContext: {
      accountId: '000000000000',
      apiId: 'bench',
      domainName: 'drover.example',
      domainPrefix: 'drover',
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'GitHub-Hookshot/044aadd' },
      requestId: 'bench',
      routeKey: `POST ${path}`,
      stage: '$default',
      time: '23/Nov/2026:16:00:00 +0000',
      timeEpoch: Date.UTC(2026, 10, 23, 16),
    },
    body,
    isBase64Encoded: false,
  };
}
