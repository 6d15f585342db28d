import * as z from 'zod';

const Descriptor = z.object({
  digest: z.string(),
  size: z.number().optional(),
  mediaType: z.string().optional(),
  /** A layer that lies elsewhere is not asked of this registry. */
  urls: z.array(z.string()).optional(),
});

const Manifest = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: Descriptor.optional(),
  layers: z.array(Descriptor).optional(),
  manifests: z.array(Descriptor).optional(),
  subject: Descriptor.optional(),
});

export type ManifestContent = {
  /** What the document says of itself; OCI lets it be absent. */
  mediaType: string | undefined;
  blobs: string[];
  manifests: string[];
  /** Bytes of config and layers, as they are stored. */
  size: number;
};

/** What a manifest or index refers to, or undefined where it is neither. */
export function parseManifest(bytes: Uint8Array): ManifestContent | undefined {
  const parsed = Manifest.safeParse(jsonOf(bytes));
  if (!parsed.success) return undefined;
  const { mediaType, config, layers, manifests } = parsed.data;
  if (!config && !layers && !manifests) return undefined;
  const parts = [...(config ? [config] : []), ...(layers ?? [])];
  return {
    mediaType,
    blobs: parts.filter((part) => !part.urls?.length).map((part) => part.digest),
    manifests: (manifests ?? []).map((part) => part.digest),
    size: parts.reduce((sum, part) => sum + (part.size ?? 0), 0),
  };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
