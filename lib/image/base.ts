import * as z from 'zod';
import type { Base } from './manifest.ts';
import type { Reference } from './reference.ts';
import { refusal } from './refusal.ts';
import type { Repository } from './registry-client.ts';

const Descriptor = z.object({ mediaType: z.string(), digest: z.string(), size: z.number() });
const Index = z.object({
  manifests: z.array(
    z.object({ digest: z.string(), platform: z.object({ os: z.string(), architecture: z.string() }).optional() }),
  ),
});
const Manifest = z.object({ config: Descriptor, layers: z.array(Descriptor) });
const Config = z.object({
  architecture: z.string().optional(),
  config: z.object({ Env: z.array(z.string()).nullish(), Entrypoint: z.array(z.string()).nullish() }).nullish(),
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
});

/** The base as it is now: a tag is resolved to the digest of this platform, which the image's labels then name. */
export async function readBase(from: Repository, reference: Reference, architecture: string): Promise<Base> {
  const name = `${reference.host}/${reference.repository}:${reference.at}`.replace(':sha256', '@sha256');
  const top = await from.manifest(reference.at);
  if (!top) throw refusal(`the base image ${name} does not exist`);
  const index = Index.safeParse(JSON.parse(top.bytes.toString()));
  let own: { bytes: Buffer; digest: string } | undefined = top;
  if (index.success) {
    const fits = index.data.manifests.find(
      ({ platform }) => platform?.os === 'linux' && platform.architecture === architecture,
    );
    own = fits && (await from.manifest(fits.digest));
    if (!own) throw refusal(`the base image ${name} has no linux/${architecture}`);
  }
  const manifest = Manifest.parse(JSON.parse(own.bytes.toString()));
  const config = Config.parse(JSON.parse((await from.blob(manifest.config.digest)).toString()));
  if (config.architecture !== undefined && config.architecture !== architecture)
    throw refusal(`the base image ${name} is for linux/${config.architecture}, not for linux/${architecture}`);
  return {
    layers: manifest.layers.map(({ mediaType, digest, size }) => ({ mediaType: ociType(mediaType), digest, size })),
    diffIds: config.rootfs.diff_ids,
    environment: config.config?.Env ?? [],
    entrypoint: config.config?.Entrypoint ?? [],
    host: reference.host,
    repository: reference.repository,
    digest: own.digest,
    name,
  };
}

/** Docker's layer type is the same gzip under another name; OCI manifests may not mix them (image specification, "Compatibility Matrix"). */
const ociType = (type: string): string =>
  type === 'application/vnd.docker.image.rootfs.diff.tar.gzip' ? 'application/vnd.oci.image.layer.v1.tar+gzip' : type;
