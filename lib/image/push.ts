import { type Base, type Blob, type Image, indexType, manifestType } from './manifest.ts';
import { refusal } from './refusal.ts';
import type { Repository, Stored } from './registry-client.ts';

/** `existed`: the tag was there already, with this very digest. */
export type Pushed = { digest: string; existed: boolean };

/** The image of one platform and the base that it stands on. */
export type Part = { image: Image; from?: From | undefined };

/**
 * Pushes an image under a tag that never moves: blobs first and the manifest last, so that what is tagged is whole. A tag that
 * exists with the same digest is fine; with another it is refused, naming both.
 */
export const pushImage = (to: Repository, part: Part, tag: string): Promise<Pushed> =>
  pushWhole(to, [part], { ...part.image.manifest, type: manifestType }, tag);

/** The same with an index of several platforms: each platform's manifest by its digest, then the index under the tags. */
export const pushIndex = (to: Repository, parts: readonly Part[], index: Blob, tag: string): Promise<Pushed> =>
  pushWhole(to, parts, { ...index, type: indexType }, tag);

type Top = Blob & { type: string };

async function pushWhole(to: Repository, parts: readonly Part[], top: Top, tag: string): Promise<Pushed> {
  const { digest } = top;
  if (await isThere(to, tag, digest)) return { digest, existed: true };
  for (const { image, from } of parts) {
    if (from) for (const { digest: layer } of from.base.layers) await takeOver(to, from, layer);
    const { layer, config, manifest, carried = [] } = image;
    // One after the other: each is sent from its file, and together they may be more than a small machine holds.
    for (const stored of carried) await put(to, stored);
    await Promise.all([put(to, layer), put(to, config)]);
    // Without a tag of its own: "if an image is referenced by a manifest list, it cannot be expired or archived without the manifest
    // list being deleted or archived first" (ECR user guide, "Automate the cleanup of images …", evaluation rules).
    if (manifest.digest !== digest) await putUntagged(to, manifest);
  }
  await tagAs(to, top, candidateTag(tag));
  return { digest, existed: await tagAs(to, top, tag) };
}

/** What keeps an image that waits for a decision from the registry's clean-up; it is there before anybody can know of the image. */
const candidateTag = (commit: string): string => `candidate-${commit}`;

/** Whether the tag was there already, with this very digest. */
async function tagAs(to: Repository, { bytes, digest, type }: Top, tag: string): Promise<boolean> {
  const { status, text } = await to.putManifest(tag, bytes, type);
  if (status >= 200 && status < 300) return false;
  // ECR refuses a tag that another build pushed in the meantime with ImageTagAlreadyExistsException: the digest decides.
  if (await isThere(to, tag, digest)) return true;
  throw refusal(`the registry ${to.host} refused ${to.name}:${tag} with ${status}: ${text}`);
}

async function putUntagged(to: Repository, { bytes, digest }: Blob): Promise<void> {
  const { status, text } = await to.putManifest(digest, bytes, manifestType);
  // The manifest itself may have been pushed before, under an index that was not: then it is there.
  if ((status >= 200 && status < 300) || (await to.digestAt(digest)) === digest) return;
  throw refusal(`the registry ${to.host} refused ${to.name}@${digest} with ${status}: ${text}`);
}

type From = { base: Base; repository: Repository };

async function isThere(to: Repository, tag: string, digest: string): Promise<boolean> {
  const existing = await to.digestAt(tag);
  if (existing === undefined) return false;
  if (existing === digest) return true;
  throw refusal(`${to.name}:${tag} exists with ${existing}, this build made ${digest}: a tag never moves`);
}

async function put(to: Repository, blob: { digest: string; bytes: Buffer | Stored }): Promise<void> {
  if (!(await to.has(blob.digest))) await to.upload(blob);
}

async function takeOver(to: Repository, { base, repository }: From, digest: string): Promise<void> {
  if (await to.has(digest)) return;
  if (to.host === base.host && (await to.mount(digest, base.repository))) return;
  await to.upload({ digest, bytes: await repository.blob(digest) });
}
