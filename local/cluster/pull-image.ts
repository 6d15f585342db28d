import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import * as z from 'zod';
import { writeWhole } from '../disk/write-whole.ts';
import { unpackLayer } from './unpack-layer.ts';

/** An image on disk: its root folder, what it says to run, and the digest of its manifest. */
export type PulledImage = { root: string; config: ImageConfig; digest: string };

const Text = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);
const ImageConfig = z.object({
  architecture: z.string().default(''),
  config: z.object({ Entrypoint: Text, Cmd: Text, Env: Text, WorkingDir: z.string().default('') }).prefault({}),
});
type ImageConfig = z.infer<typeof ImageConfig>;

const Descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number(),
});
const Manifest = z.object({ config: Descriptor, layers: z.array(Descriptor) });
const Index = z.object({
  manifests: z.array(
    Descriptor.extend({ platform: z.object({ os: z.string(), architecture: z.string() }).optional() }),
  ),
});

const ACCEPT = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** Node's name of this machine's processor in OCI's words. */
const ARCHITECTURE = arch() === 'x64' ? 'amd64' : arch();

/**
 * Pulls images from the registry at `registry` (its URL) into `folder`, each once, by digest: every byte is checked against its digest.
 * Throws with the words that a container engine would use; images of any other host are not to be had.
 */
export function imagePuller(registry: string, folder: string): (image: string) => Promise<PulledImage> {
  const underWay = new Map<string, Promise<PulledImage>>();
  return (image) => {
    const known = underWay.get(image);
    if (known) return known;
    const pull = pullImage(registry, folder, image).finally(() => underWay.delete(image));
    underWay.set(image, pull);
    return pull;
  };
}

async function pullImage(registry: string, folder: string, image: string): Promise<PulledImage> {
  const { host, repository, reference } = parse(image);
  if (host !== new URL(registry).host)
    throw new Error(`failed to pull ${image}: dial tcp: lookup ${host}: no such host is served here`);
  const get = (path: string) => fetchChecked(`${registry.replace(/\/$/, '')}/v2/${repository}/${path}`, image);

  const kept = join(folder, reference.replace(':', '-'), 'image.json');
  if (reference.startsWith('sha256:') && existsSync(kept))
    return {
      root: join(folder, reference.replace(':', '-'), 'root'),
      config: ImageConfig.parse(JSON.parse(readFileSync(kept, 'utf8'))),
      digest: reference,
    };

  const first = await get(`manifests/${reference}`);
  const digest = digestOf(first);
  if (reference.startsWith('sha256:') && digest !== reference)
    throw new Error(`failed to pull ${image}: unexpected digest ${digest}`);
  const manifest = Manifest.parse(JSON.parse((await ofPlatform(first, get, image)).toString('utf8')));
  const blob = async ({ digest: expected }: { digest: string }) => {
    const content = await get(`blobs/${expected}`);
    if (digestOf(content) !== expected)
      throw new Error(`failed to pull ${image}: a blob is not what its digest ${expected} says`);
    return content;
  };
  const configText = (await blob(manifest.config)).toString('utf8');
  const config = ImageConfig.parse(JSON.parse(configText));

  const whole = join(folder, digest.replace(':', '-'));
  const part = `${whole}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(join(part, 'root'), { recursive: true });
  for (const layer of manifest.layers) unpackLayer(join(part, 'root'), unpressed(await blob(layer), layer.mediaType));
  writeWhole(join(part, 'image.json'), configText);
  rmSync(whole, { recursive: true, force: true });
  renameSync(part, whole);
  return { root: join(whole, 'root'), config, digest };
}

/** `host[:port]/repository@sha256:…` or `host/repository:tag`. Source: distribution/reference. */
function parse(image: string): { host: string; repository: string; reference: string } {
  const match = /^([^/]+)\/([a-z0-9][a-z0-9._/-]*?)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image);
  const [, host, repository, tag, digest] = match ?? [];
  if (!host || !repository || !/[.:]|^localhost$/.test(host))
    throw new Error(`failed to pull ${image}: the image needs a registry's host in front`);
  return { host, repository, reference: digest ?? tag ?? 'latest' };
}

async function ofPlatform(content: Buffer, get: (path: string) => Promise<Buffer>, image: string): Promise<Buffer> {
  const index = Index.safeParse(JSON.parse(content.toString('utf8')));
  if (!index.success) return content;
  const found = index.data.manifests.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === ARCHITECTURE,
  );
  if (!found)
    throw new Error(`failed to pull ${image}: no match for platform linux/${ARCHITECTURE} in manifest: not found`);
  const manifest = await get(`manifests/${found.digest}`);
  if (digestOf(manifest) !== found.digest)
    throw new Error(`failed to pull ${image}: unexpected digest of the platform's manifest`);
  return manifest;
}

async function fetchChecked(url: string, image: string): Promise<Buffer> {
  const answer = await fetch(url, { headers: { accept: ACCEPT }, signal: AbortSignal.timeout(60_000) }).catch(
    (cause: unknown) => {
      throw new Error(`failed to pull ${image}: the registry cannot be reached`, { cause });
    },
  );
  if (answer.status === 404) throw new Error(`failed to pull ${image}: not found`);
  if (!answer.ok) throw new Error(`failed to pull ${image}: the registry answered ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

function unpressed(layer: Buffer, mediaType: string): Buffer {
  if (/zstd$/.test(mediaType)) return zstdDecompressSync(layer);
  return layer[0] === 0x1f && layer[1] === 0x8b ? gunzipSync(layer) : layer;
}
