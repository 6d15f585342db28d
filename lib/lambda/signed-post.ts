import { createHash, createHmac } from 'node:crypto';
import type { Instant } from '../engine/instant.ts';

export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string | undefined };

export type PostToSign = {
  /** `https://ssm.eu-central-1.amazonaws.com`, without a path. */
  endpoint: string;
  service: string;
  region: string;
  /** Headers besides `host` and the date, in lower case. */
  headers: Record<string, string>;
  body: string;
  credentials: Credentials;
  at: Instant;
};

/**
 * The headers, `authorization` among them, of a POST to `/` without a query: AWS Signature Version 4 in the one form that
 * AWS's JSON services need. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signedHeaders(post: PostToSign): Record<string, string> {
  const { credentials, region, service } = post;
  const time = new Date(post.at).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const date = time.slice(0, 8);
  const token = credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken };
  const headers: Record<string, string> = { ...post.headers, ...token, 'x-amz-date': time };
  const signed = Object.entries({ ...headers, host: new URL(post.endpoint).host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const lines = signed.map(([name, value]) => `${name}:${value.trim().replace(/\s+/g, ' ')}\n`).join('');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const request = `POST\n/\n\n${lines}\n${names}\n${sha256(post.body)}`;
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(request)}`).toString('hex');
  const credential = `${credentials.accessKeyId}/${scope}`;
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
