import { digestOf } from '../../lib/image/digest.ts';
import { tarOf } from '../../lib/image/tar.ts';

/** What the Dockerfile of an archive says, unless a test says otherwise. */
export const runs = {
  User: '65532',
  Entrypoint: ['/a'],
  Env: ['PATH=/bin', 'DROVER_COMMIT=old'],
  Labels: { own: '1' },
  StopSignal: 'SIGINT',
};

const file = (path: string, content: Buffer) => ({ kind: 'file' as const, path, executable: false, content });
const json = (value: object) => Buffer.from(JSON.stringify(value));
const described = (bytes: Buffer, mediaType: string) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });

/** An archive as BuildKit writes it. */
export function ociArchive({ layers, config = runs, architecture = 'amd64' }: Made): Buffer {
  const diffIds = layers.map((_, index) => `sha256:${index}`);
  const image = json({
    architecture,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: [{}],
  });
  const manifest = json({
    config: described(image, 'application/vnd.oci.image.config.v1+json'),
    layers: layers.map((layer) => described(layer, 'application/vnd.oci.image.layer.v1.tar+gzip')),
  });
  const index = json({ manifests: [described(manifest, 'application/vnd.oci.image.manifest.v1+json')] });
  const blobs = [...layers, image, manifest].map((bytes) => file(`blobs/sha256/${digestOf(bytes).slice(7)}`, bytes));
  return tarOf([file('index.json', index), ...blobs]);
}

type Made = { layers: Buffer[]; config?: object; architecture?: string };
