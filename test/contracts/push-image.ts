import { z } from 'zod';
import { digestOf } from '../../local/registry/names.ts';

const ociManifest = 'application/vnd.oci.image.manifest.v1+json';

const ErrorDocument = z.object({ errors: z.array(z.object({ code: z.string() })).min(1) });

/** The code of a registry's error answer. */
export const errorCode = async (answer: Response): Promise<string | undefined> =>
  ErrorDocument.parse(await answer.json()).errors[0]?.code;

/** The tags that a registry's list says. */
export const tagList = async (answer: Response): Promise<string[]> =>
  z.object({ tags: z.array(z.string()) }).parse(await answer.json()).tags;

/** Pushes a blob by POST and PUT; returns its digest. */
export async function pushBlob(url: string, repository: string, content: Buffer): Promise<string> {
  const begun = await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  const location = new URL(begun.headers.get('location') ?? '', url);
  location.searchParams.set('digest', digestOf(content));
  const put = await fetch(location, { method: 'PUT', body: new Uint8Array(content) });
  if (put.status !== 201) throw new Error(`the blob was answered with ${put.status}`);
  return digestOf(content);
}

/** A manifest with one layer; the bytes are the same for the same content. */
export function imageManifest(
  config: Buffer,
  layer: Buffer,
  mediaType = ociManifest,
): { bytes: Buffer; mediaType: string } {
  const docker = mediaType !== ociManifest;
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: {
        mediaType: docker
          ? 'application/vnd.docker.container.image.v1+json'
          : 'application/vnd.oci.image.config.v1+json',
        digest: digestOf(config),
        size: config.length,
      },
      layers: [
        {
          mediaType: docker
            ? 'application/vnd.docker.image.rootfs.diff.tar.gzip'
            : 'application/vnd.oci.image.layer.v1.tar+gzip',
          digest: digestOf(layer),
          size: layer.length,
        },
      ],
    }),
  );
  return { bytes, mediaType };
}

/** Pushes an image of one layer under a tag. */
export async function pushImage(
  url: string,
  repository: string,
  tag: string,
  content: string,
  mediaType = ociManifest,
) {
  const config = Buffer.from(
    JSON.stringify({ architecture: 'arm64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }),
  );
  const layer = Buffer.from(content);
  await pushBlob(url, repository, config);
  await pushBlob(url, repository, layer);
  const manifest = imageManifest(config, layer, mediaType);
  const put = await fetch(`${url}/v2/${repository}/manifests/${tag}`, {
    method: 'PUT',
    body: new Uint8Array(manifest.bytes),
    headers: { 'content-type': mediaType },
  });
  if (put.status !== 201) throw new Error(`the manifest was answered with ${put.status}: ${await put.text()}`);
  return { ...manifest, digest: digestOf(manifest.bytes) };
}
