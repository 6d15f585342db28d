import { EKSClient } from '@aws-sdk/client-eks';
import { expect, test } from 'vitest';
import { eksAccess } from '../../../lib/cluster/kubernetes/eks-access.ts';

const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secretEXAMPLE' };

/** The real client, whose answers are given here: each call takes the next, the last one stays. */
function answering(...answers: { status: number; body: unknown; type?: string }[]) {
  let calls = 0;
  const requestHandler = {
    handle: async () => {
      const answer = answers[Math.min(calls, answers.length - 1)];
      calls += 1;
      const headers = { 'content-type': 'application/json', ...(answer?.type && { 'x-amzn-errortype': answer.type }) };
      return {
        response: {
          statusCode: answer?.status ?? 500,
          headers,
          body: new TextEncoder().encode(JSON.stringify(answer?.body)),
        },
      };
    },
  };
  const eks = new EKSClient({ region: 'eu-west-1', credentials, requestHandler, maxAttempts: 1 });
  return { eks, calls: () => calls };
}

const cluster = (endpoint: string, ca?: string) => ({
  status: 200,
  body: { cluster: { endpoint, ...(ca && { certificateAuthority: { data: Buffer.from(ca).toString('base64') } }) } },
});

test('endpoint and CA are asked for once in ten minutes', async () => {
  let now = 0;
  const { eks, calls } = answering(
    cluster('https://example.eks.amazonaws.com', 'first'),
    cluster('https://example.eks.amazonaws.com', 'second'),
  );
  const access = eksAccess({ eks, region: 'eu-west-1', credentials, now: () => now });
  const first = await access('herd');
  expect(first).toMatchObject({ server: 'https://example.eks.amazonaws.com', ca: 'first' });
  expect(await first.token?.(false)).toMatch(/^k8s-aws-v1\./);
  now = 9 * 60_000;
  expect(await access('herd')).toBe(first);
  expect(calls()).toBe(1);
  now = 10 * 60_000;
  expect(await access('herd')).toMatchObject({ ca: 'second' });
});

test.each([
  ['no CA for https', cluster('https://example.eks.amazonaws.com'), 'untrusted', true],
  ['plain http beyond this machine', cluster('http://10.0.0.1:8080', 'ca'), 'cluster-unknown', false],
  ['a name that only looks like this machine', cluster('http://127.0.0.1.example.com', 'ca'), 'cluster-unknown', false],
  ['a cluster that is being made', { status: 200, body: { cluster: { status: 'CREATING' } } }, 'unavailable', true],
  [
    'a cluster that is unknown',
    { status: 404, body: { message: 'No cluster found' }, type: 'ResourceNotFoundException' },
    'cluster-unknown',
    false,
  ],
  ['a missing right', { status: 403, body: { message: 'no' }, type: 'AccessDeniedException' }, 'forbidden', false],
  ['an outage', { status: 503, body: { message: 'later' }, type: 'ServiceUnavailableException' }, 'unavailable', true],
])('%s is told by its code', async (_, answer, code, retryable) => {
  const { eks, calls } = answering(answer);
  const access = eksAccess({ eks, region: 'eu-west-1', credentials, now: () => 0 });
  await expect(access('herd')).rejects.toMatchObject({ code, retryable });
  await expect(access('herd')).rejects.toMatchObject({ code });
  // What failed is not kept.
  expect(calls()).toBe(2);
});

test('plain http is for this machine', async () => {
  const { eks } = answering(cluster('http://127.0.0.1:8080'));
  expect(await eksAccess({ eks, region: 'eu-west-1', credentials, now: () => 0 })('herd')).toMatchObject({
    server: 'http://127.0.0.1:8080',
  });
});
