import * as z from 'zod';
import { digestOf } from '../../image/digest.ts';
import { type Blob, manifestType } from '../../image/manifest.ts';

/** How archives are packed; a Node without zstd (before 22.15) writes and reads gzip alone. */
const packings = {
  zstd: 'application/vnd.drover.cache.v1.tar+zstd',
  gzip: 'application/vnd.drover.cache.v1.tar+gzip',
} as const;
export type Packing = keyof typeof packings;

/** The empty config of an artifact (OCI image specification 1.1, "Guidance for an Empty Descriptor"). */
export const emptyConfig: Blob = { bytes: Buffer.from('{}'), digest: digestOf(Buffer.from('{}')) };

const Manifest = z.object({
  artifactType: z.literal('application/vnd.drover.cache.v1'),
  layers: z.tuple([z.object({ mediaType: z.enum(Object.values(packings)), digest: z.string(), size: z.number() })]),
});
export type Archive = { packing: Packing; digest: string; size: number };

/** The manifest under which an archive lies in a codebase's image repository. */
export function manifestOf({ packing, digest, size }: Archive): Buffer {
  const empty = { mediaType: 'application/vnd.oci.empty.v1+json', digest: emptyConfig.digest, size: 2 };
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType: 'application/vnd.drover.cache.v1',
      config: empty,
      layers: [{ mediaType: packings[packing], digest, size }],
    }),
  );
}

/** The archive that a manifest names, or undefined where it is of something else. */
export function archiveOf(manifest: Buffer): Archive | undefined {
  const parsed = Manifest.safeParse(jsonOr(manifest.toString()));
  if (!parsed.success) return undefined;
  const [{ mediaType, digest, size }] = parsed.data.layers;
  return { packing: mediaType === packings.zstd ? 'zstd' : 'gzip', digest, size };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
