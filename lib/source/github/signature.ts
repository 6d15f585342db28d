import { createHmac, timingSafeEqual } from 'node:crypto';

/** `sha256=` and 64 hex digits: GitHub writes them in lower case. A doubled header (joined by a comma) has another form. */
const form = /^sha256=[0-9a-f]{64}$/;

/** The bytes of a well-formed `X-Hub-Signature-256`, or undefined where it is missing, malformed or doubled. */
export const signatureOf = (header: string | undefined): Buffer | undefined =>
  header !== undefined && form.test(header) ? Buffer.from(header.slice('sha256='.length), 'hex') : undefined;

/**
 * Whether one of the secrets made this signature of these very bytes; compared in constant time, each secret tried.
 * Not `@octokit/webhooks-methods`: its `verify` takes strings only, and bytes that are no UTF-8 would be changed before the hash.
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export const isSignedBy = (secrets: string[], body: Buffer, signature: Buffer): boolean =>
  secrets
    .filter((secret) => secret !== '')
    .map((secret) => timingSafeEqual(createHmac('sha256', secret).update(body).digest(), signature))
    .includes(true);
