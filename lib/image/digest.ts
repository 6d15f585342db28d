import { createHash } from 'node:crypto';

/** `sha256:<hex>` of the bytes, as OCI writes a digest. */
export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
