import { refusal } from './refusal.ts';

/** An image by name, as people write it: `host/repository:tag` or `host/repository@sha256:…`. */
export type Reference = { host: string; repository: string; at: string };

/** Parts of a full reference. The host must be written: there is no silent default registry. */
export function referenceOf(text: string): Reference {
  const found = /^([^/]+)\/([a-z0-9._/-]+)(?:@(sha256:[0-9a-f]{64})|:([\w][\w.-]{0,127}))$/.exec(text);
  const [, host, repository, digest, tag] = found ?? [];
  const at = digest ?? tag;
  if (!host || !repository || !at)
    throw refusal(`"${text}" is not an image: write host/repository:tag or host/repository@sha256:…`);
  return { host, repository, at };
}
