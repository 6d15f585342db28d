import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { digestOf } from '../../../lib/image/digest.ts';
import { layerOf } from '../../../lib/image/layer.ts';
import { blobOf, layerType, manifestOf } from '../../../lib/image/manifest.ts';
import { repositoryAt } from '../../../lib/image/registry-client.ts';
import { cacheFolder } from '../engines/cache-folder.ts';

const file = () => cacheFolder('base', 'bookworm-2', 'root.tar.gz');

/** What is lacking to make the base; undefined where nothing is. */
export const localBaseMissing = (): string | undefined =>
  existsSync(file()) ? undefined : 'the Debian base is not made (npm run test:real makes it, by debootstrap as root)';

/** Pushes Debian with Python, make and this Node to a registry; returns it by digest, as DROVER_BASE or FROM takes it. */
export async function pushLocalBase(host: string): Promise<string> {
  const to = repositoryAt(host, 'base/debian', fetch, async () => undefined);
  const root = readFileSync(file());
  const node = { kind: 'file' as const, path: 'usr/local/bin/node', executable: true };
  const added = await layerOf([{ ...node, content: readFileSync(realpathSync(process.execPath)) }]);
  const layers = [{ digest: digestOf(root), bytes: root, diffId: digestOf(gunzipSync(root)) }, added];
  const config = blobOf({
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Env: ['PATH=/usr/local/bin:/usr/bin:/bin'] },
    // As bases have it: BuildKit makes up for what is missing, otherwise from a cache than from the base itself.
    history: layers.map(() => ({ created: '2026-01-02T03:04:05Z', created_by: 'test/real/base' })),
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  });
  for (const blob of [...layers, config]) await to.upload(blob);
  const described = layers.map(({ digest, bytes }) => ({ mediaType: layerType, digest, size: bytes.length }));
  const manifest = manifestOf(config, described, {});
  const { status, text } = await to.putManifest('1', manifest.bytes);
  if (status !== 201) throw new Error(`${host} refused the base: ${status} ${text}`);
  return `${host}/base/debian@${manifest.digest}`;
}
