import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { Digest } from '../release/record.ts';
import type { Shown } from '../target/event.ts';
import type { Target } from '../target/record.ts';

/** Keys of at least 32 random bytes. Links made with the previous one hold until they expire, so that a key can be rotated. */
export type ApprovalKeys = { current: string; previous?: string };

/** What a link is about, and what its page showed. */
export type Question = { codebase: string; environment: string; shown: Shown };

export type Verified = ({ kind: 'genuine' } & Question) | { kind: 'not-ours' };

/** The longest token that is looked at. The longest that is made: 2 names of 63, a commit, a digest, an image of 454 characters. */
export const maxTokenLength = 1_200;

/** The order of the fields is the token's format, so that the same question always gives the same token. */
const Payload = z.tuple([
  z.string(),
  z.string(),
  z.string().regex(/^[0-9a-f]{40}$/),
  Digest,
  z.string().nullable(),
  z.number().int(),
  z.number().int(),
]);

/**
 * The token of a question: version, payload and HMAC-SHA256 of both, in characters that need no escaping in a URL (RFC 4648,
 * section 5). It is a capability: made from the record, kept nowhere, and the same each time it is made.
 */
export function tokenOf({ codebase, environment, shown }: Question, key: string): string {
  const fields = [codebase, environment, shown.release, shown.digest, shown.running, shown.ask, shown.expiresAt];
  const signed = `v1.${Buffer.from(JSON.stringify(fields)).toString('base64url')}`;
  return `${signed}.${macOf(signed, key)}`;
}

/** What a token says, if we made it. Every other text gives the same answer, so that a forger learns nothing from it. */
export function verifyToken(token: string, keys: ApprovalKeys): Verified {
  const parts = /^(v1\.([A-Za-z0-9_-]+))\.([A-Za-z0-9_-]{43})$/.exec(token.length > maxTokenLength ? '' : token);
  const [, signed = '', encoded = '', mac = ''] = parts ?? [];
  const known = [keys.current, keys.previous ?? keys.current].map((key) => sameText(macOf(signed, key), mac));
  if (!known.includes(true)) return { kind: 'not-ours' };
  const payload = Payload.safeParse(jsonOf(Buffer.from(encoded, 'base64url').toString('utf8')));
  if (!payload.success) return { kind: 'not-ours' };
  const [codebase, environment, release, digest, running, ask, expiresAt] = payload.data;
  return { kind: 'genuine', codebase, environment, shown: { release, digest, running, ask, expiresAt } };
}

/** The question that a target asks now; undefined where it asks none. */
export function questionOf({ codebase, environment, candidate }: Target): Question | undefined {
  if (!candidate?.ask) return undefined;
  const { release, digest, ask } = candidate;
  return {
    codebase,
    environment,
    shown: { release, digest, running: ask.running, ask: ask.number, expiresAt: ask.expiresAt },
  };
}

/** The approval link of a target whose candidate is asked for, else undefined. `url`: our public address, no slash at its end. */
export function approvalLink(url: string, target: Target, keys: ApprovalKeys): string | undefined {
  const question = questionOf(target);
  return question && `${url}/approvals/${tokenOf(question, keys.current)}`;
}

function macOf(signed: string, key: string): string {
  return createHmac('sha256', key).update(`drover approval\n${signed}`).digest('base64url');
}

/** Compares the texts, not the bytes they stand for: the last character of a base64url text has bits that decoding ignores. */
function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
