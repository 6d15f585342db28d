import * as z from 'zod';
import type { Instant } from '../engine/instant.ts';
import type { ReadParameters } from './cached-parameters.ts';
import { Failure } from './failure.ts';
import { type Credentials, signedHeaders } from './signed-post.ts';

export type SignedPostOptions = {
  /** It must give up by itself within some seconds. */
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** As any SDK client has them: `client.config.credentials`, `client.config.region`. */
  credentials: () => Promise<Credentials>;
  region: () => Promise<string>;
  /** Where the parameter store is not AWS's own of the region (`AWS_ENDPOINT_URL_SSM`, `AWS_ENDPOINT_URL`). */
  endpoint?: string | undefined;
  now: () => Instant;
};

/**
 * Reads parameters by one signed request, without the SDK's client: that one alone takes 12 kB of gzip, for two strings. An
 * outage or a throttle is tried once more at once, then thrown as a retryable `Failure`; a refusal is not retryable.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 */
export const readBySignedPost =
  (options: SignedPostOptions): ReadParameters =>
  async (names) => {
    const body = JSON.stringify({ Names: names, WithDecryption: true });
    const first = await post(options, body);
    const answer = first === undefined || isPassing(first) ? await post(options, body) : first;
    if (answer === undefined)
      throw new Failure('parameters-unreachable', 'the parameter store did not answer', { retryable: true });
    if (!answer.ok)
      throw new Failure('parameters-refused', `the parameter store answered ${answer.status}`, {
        retryable: isPassing(answer),
      });
    const { Parameters } = Answer.parse(await answer.json());
    return new Map(Parameters.map(({ Name, Value }) => [Name, Value]));
  };

const Answer = z.object({ Parameters: z.array(z.object({ Name: z.string(), Value: z.string() })) });

/** Throttling is a 400 here, told apart by its name alone, so every 400 may pass; a refusal by IAM is one as well, and does no harm. */
const isPassing = ({ status }: Response): boolean => status === 400 || status === 429 || status >= 500;

async function post({ fetch, credentials, region, endpoint, now }: SignedPostOptions, body: string) {
  const place = await region();
  const host = `ssm.${place}.${place.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
  const url = (endpoint ?? `https://${host}`).replace(/\/+$/, '');
  const headers = signedHeaders({
    endpoint: url,
    service: 'ssm',
    region: place,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.GetParameters' },
    body,
    credentials: await credentials(),
    at: now(),
  });
  return fetch(`${url}/`, { method: 'POST', headers, body }).catch(() => undefined);
}
