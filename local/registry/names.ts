import { createHash } from 'node:crypto';

/** Names, tags and digests as the distribution specification allows them: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests */
export const repositoryName = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
export const tagName = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
export const digestName = /^sha256:[0-9a-f]{64}$/;

export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
