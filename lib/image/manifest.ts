import { digestOf } from './digest.ts';
import type { Layer } from './layer.ts';
import type { StoredLayer } from './oci-archive.ts';

/** What an image runs and says of itself. `created` is seconds since 1970: the commit's time, so that the same commit gives the same image. */
export type Settings = {
  architecture: string;
  entrypoint: string[];
  workdir: string;
  environment: Record<string, string>;
  labels: Record<string, string>;
  /** `uid:gid`, not root. */
  user: string;
  created: number;
};

/** What the image stands on: its layers as the registry describes them, and what its config says. */
export type Base = {
  layers: Descriptor[];
  diffIds: string[];
  environment: string[];
  entrypoint: string[];
  /** Where its blobs are. */
  host: string;
  repository: string;
  digest: string;
  name: string;
};

type Descriptor = { mediaType: string; digest: string; size: number };
export type Blob = { digest: string; bytes: Buffer };
/** `layer` is drover's own and comes last; `carried` are those that a builder made and that lie in its archive. */
export type Image = { manifest: Blob; config: Blob; layer: Layer; carried?: readonly StoredLayer[] };

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
export const indexType = 'application/vnd.oci.image.index.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';
export const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** The config and the manifest of an image with one layer on its base (OCI image specification 1.1), byte for byte the same for the same input. */
export function imageOf(layer: Layer, settings: Settings, base?: Base): Image {
  const created = timeOf(settings.created);
  const config = blobOf({
    created,
    architecture: settings.architecture,
    os: 'linux',
    config: {
      User: settings.user,
      Env: environmentOf(base, settings.environment),
      Entrypoint: settings.entrypoint,
      WorkingDir: settings.workdir,
      Labels: sorted(settings.labels),
    },
    rootfs: { type: 'layers', diff_ids: [...(base?.diffIds ?? []), layer.diffId] },
    history: [
      ...(base?.diffIds ?? []).map(() => ({ created, created_by: base?.name })),
      { created, created_by: 'drover' },
    ],
  });
  const own = { mediaType: layerType, digest: layer.digest, size: layer.bytes.length };
  const manifest = manifestOf(config, [...(base?.layers ?? []), own], settings.labels);
  return { manifest, config, layer };
}

/** The manifest that names a config and its layers. */
export const manifestOf = (config: Blob, layers: Descriptor[], labels: Record<string, string>): Blob =>
  blobOf({
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: configType, digest: config.digest, size: config.bytes.length },
    layers,
    annotations: sorted(labels),
  });

/** Seconds since 1970 as OCI writes a time (RFC 3339). */
export const timeOf = (seconds: number): string => new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');

/** What a registry keeps of an image, in bytes: its layers as they are packed, the base's among them, and its config. */
export const sizeOf = ({ layer, config, carried = [] }: Image, base: Base | undefined): number =>
  [...(base?.layers ?? []), ...carried].reduce((sum, { size }) => sum + size, layer.bytes.length + config.bytes.length);

/** The index of images of several platforms (OCI image index specification 1.1): what is pulled by its digest is the one that fits the machine. */
export const indexOf = (
  images: readonly { image: Image; architecture: string }[],
  labels: Record<string, string>,
): Blob =>
  blobOf({
    schemaVersion: 2,
    mediaType: indexType,
    manifests: images.map(({ image: { manifest }, architecture }) => ({
      mediaType: manifestType,
      digest: manifest.digest,
      size: manifest.bytes.length,
      platform: { architecture, os: 'linux' },
    })),
    annotations: sorted(labels),
  });

/** A value as it is stored, byte for byte the same for the same value. */
export function blobOf(value: object): Blob {
  const bytes = Buffer.from(JSON.stringify(value));
  return { digest: digestOf(bytes), bytes };
}

function environmentOf(base: Base | undefined, own: Record<string, string>): string[] {
  const kept = (base?.environment ?? []).filter((line) => !(line.slice(0, line.indexOf('=')) in own));
  return [...kept, ...Object.entries(sorted(own)).map(([name, value]) => `${name}=${value}`)];
}

/** By name, so that the same values give the same bytes. */
export const sorted = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
