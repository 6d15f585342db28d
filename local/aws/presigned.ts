import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export type Verdict = { kind: 'valid' } | { kind: 'refused'; reason: string };

type Presigned = {
  method: string;
  url: URL;
  /** Headers of the request, names in lower case. */
  headers: Record<string, string>;
  secretAccessKey: string;
  now: number;
};

/** The longest that a token may live, in seconds: https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/v0.6.13/pkg/token/token.go */
const longest = 900;

/**
 * Whether a presigned URL was made with the secret, for these headers, and is in its time.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function verifyPresigned({ method, url, headers, secretAccessKey, now }: Presigned): Verdict {
  const query = url.searchParams;
  const date = query.get('X-Amz-Date') ?? '';
  const [, day = '', region = '', service = '', end] = (query.get('X-Amz-Credential') ?? '').split('/');
  const signedHeaders = query.get('X-Amz-SignedHeaders') ?? '';
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256' || end !== 'aws4_request' || !date.startsWith(day))
    return { kind: 'refused', reason: 'not a presigned request of version 4' };

  const signedAt = instantOf(date);
  const expires = Number(query.get('X-Amz-Expires') ?? Number.NaN);
  if (!(expires > 0 && expires <= longest)) return { kind: 'refused', reason: 'its lifetime is not 1 to 900 seconds' };
  // Five minutes of clock difference, as AWS allows.
  if (!(signedAt - 300_000 <= now)) return { kind: 'refused', reason: 'it is from the future' };
  if (now > signedAt + expires * 1_000) return { kind: 'refused', reason: 'it has expired' };

  const names = signedHeaders.split(';');
  if (names.some((name) => headers[name] === undefined))
    return { kind: 'refused', reason: 'a signed header is missing' };
  const canonical = [
    method,
    url.pathname,
    canonicalQuery(query),
    ...names.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    query.get('X-Amz-Content-Sha256') ?? sha256(''),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', date, `${day}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce(hmac, Buffer.from(`AWS4${secretAccessKey}`));
  const given = Buffer.from(query.get('X-Amz-Signature') ?? '', 'hex');
  const expected = hmac(key, toSign);
  return given.length === expected.length && timingSafeEqual(given, expected)
    ? { kind: 'valid' }
    : { kind: 'refused', reason: 'the signature is not that of its key' };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&');
}

/** Percent-encoding of RFC 3986, which leaves fewer characters alone than encodeURIComponent. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** `20260807T013753Z` in milliseconds; NaN where it is none. */
const instantOf = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
