import type { Base, Image } from './manifest.ts';
import { refusal } from './refusal.ts';
import type { Repository } from './registry-client.ts';

/** `existed`: the tag was there already, with this very digest. */
export type Pushed = { digest: string; existed: boolean };

/**
 * Pushes an image under a tag that never moves: blobs first and the manifest last, so that what is tagged is whole. A tag that
 * exists with the same digest is fine; with another it is refused, naming both.
 */
export async function pushImage(to: Repository, image: Image, tag: string, from?: From): Promise<Pushed> {
  const { digest } = image.manifest;
  if (await isThere(to, tag, digest)) return { digest, existed: true };
  if (from) for (const { digest: layer } of from.base.layers) await takeOver(to, from, layer);
  const { layer, config } = image;
  await Promise.all([put(to, layer), put(to, config)]);
  await tagAs(to, image, candidateTag(tag));
  return { digest, existed: await tagAs(to, image, tag) };
}

/** What keeps an image that waits for a decision from the registry's clean-up; it is there before anybody can know of the image. */
const candidateTag = (commit: string): string => `candidate-${commit}`;

/** Whether the tag was there already, with this very digest. */
async function tagAs(to: Repository, { manifest }: Image, tag: string): Promise<boolean> {
  const { status, text } = await to.putManifest(tag, manifest.bytes);
  if (status >= 200 && status < 300) return false;
  // ECR refuses a tag that another build pushed in the meantime with ImageTagAlreadyExistsException: the digest decides.
  if (await isThere(to, tag, manifest.digest)) return true;
  throw refusal(`the registry ${to.host} refused ${to.name}:${tag} with ${status}: ${text}`);
}

export type From = { base: Base; repository: Repository };

async function isThere(to: Repository, tag: string, digest: string): Promise<boolean> {
  const existing = await to.digestAt(tag);
  if (existing === undefined) return false;
  if (existing === digest) return true;
  throw refusal(`${to.name}:${tag} exists with ${existing}, this build made ${digest}: a tag never moves`);
}

async function put(to: Repository, blob: { digest: string; bytes: Buffer }): Promise<void> {
  if (!(await to.has(blob.digest))) await to.upload(blob);
}

async function takeOver(to: Repository, { base, repository }: From, digest: string): Promise<void> {
  if (await to.has(digest)) return;
  if (to.host === base.host && (await to.mount(digest, base.repository))) return;
  await to.upload({ digest, bytes: await repository.blob(digest) });
}
