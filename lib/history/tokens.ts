import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { Instant } from '../engine/instant.ts';

export const Scope = z.enum(['read', 'operate']);
export type Scope = z.infer<typeof Scope>;

/** A token as it is kept: never itself, only the SHA-256 of its secret, which is 32 random bytes and needs no salt. */
export const ApiToken = z.object({
  id: z.string(),
  name: z.string(),
  scope: Scope,
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: z.number(),
  expiresAt: z.number().optional(),
  revokedAt: z.number().optional(),
});
export type ApiToken = z.infer<typeof ApiToken>;

/** A new token for a person or a program. `text` is shown once; `stored` is what is kept. `random` gives that many bytes. */
export function makeToken(
  name: string,
  scope: Scope,
  now: Instant,
  random: (bytes: number) => Buffer,
  expiresAt?: Instant,
): { text: string; stored: ApiToken } {
  const id = random(8).toString('hex');
  const secret = random(32).toString('base64url');
  const stored = {
    id,
    name,
    scope,
    hash: hashOf(secret),
    createdAt: now,
    ...(expiresAt !== undefined && { expiresAt }),
  };
  return { text: `drover_${id}_${secret}`, stored };
}

export type Presented = { id: string; secret: string };

/** The token in an Authorization header (RFC 6750, 2.1); undefined where it is none of ours by its shape. */
export function presentedToken(authorization: string | undefined): Presented | undefined {
  const [, id, secret] = /^Bearer +drover_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/i.exec(authorization ?? '') ?? [];
  return id !== undefined && secret !== undefined ? { id, secret } : undefined;
}

/** Whether a presented secret is the kept token's, which holds now. It compares in constant time, and also where no token is known. */
export function tokenHolds(presented: Presented, kept: ApiToken | undefined, now: Instant): kept is ApiToken {
  const same = timingSafeEqual(Buffer.from(hashOf(presented.secret)), Buffer.from(kept?.hash ?? '0'.repeat(64)));
  if (!same || !kept || kept.revokedAt !== undefined) return false;
  return kept.expiresAt === undefined || now < kept.expiresAt;
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
