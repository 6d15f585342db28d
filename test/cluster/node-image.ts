import { gzipSync } from 'node:zlib';
import { tarOf } from '../../lib/image/tar.ts';
import { digestOf } from '../../local/registry/names.ts';
import { imageManifest, pushBlob } from '../contracts/push-image.ts';

/** A service that answers its version, and its readiness with `health`. */
export const service = (version: string, health = 200): string => `
  const server = require('node:http').createServer((request, response) => {
    response.statusCode = request.url === '/healthz' ? ${health} : 200;
    setTimeout(() => response.end(${JSON.stringify(version)} + ' ' + (process.env.KEPT ?? '')), request.url === '/slow' ? 300 : 0);
  }).listen(process.env.PORT);
  process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;

/** Pushes an image that runs `program` with the machine's node; returns `host/repository@digest`. */
export async function pushNodeImage(registry: string, repository: string, program: string): Promise<string> {
  const layer = gzipSync(
    tarOf([{ kind: 'file', path: 'app/main.cjs', executable: false, content: Buffer.from(program) }]),
  );
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Entrypoint: ['node', '/app/main.cjs'], WorkingDir: '/app' },
      rootfs: { type: 'layers', diff_ids: [] },
    }),
  );
  await pushBlob(registry, repository, config);
  await pushBlob(registry, repository, layer);
  const { bytes, mediaType } = imageManifest(config, layer);
  return pushManifest(registry, repository, bytes, mediaType);
}

/** Pushes an index whose only image is for a processor that no test runs on. */
export async function pushForOtherPlatform(registry: string, repository: string): Promise<string> {
  const image = await pushNodeImage(registry, repository, service('other'));
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const other = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: image.split('@')[1], size: 1 };
  const manifests = [{ ...other, platform: { os: 'linux', architecture: 's390x' } }];
  return pushManifest(
    registry,
    repository,
    Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests })),
    mediaType,
  );
}

async function pushManifest(registry: string, repository: string, bytes: Buffer, mediaType: string): Promise<string> {
  const digest = digestOf(bytes);
  const put = await fetch(`${registry}/v2/${repository}/manifests/${digest.replace(':', '-')}`, {
    method: 'PUT',
    body: new Uint8Array(bytes),
    headers: { 'content-type': mediaType },
  });
  if (put.status !== 201) throw new Error(`the manifest was answered with ${put.status}`);
  return `${new URL(registry).host}/${repository}@${digest}`;
}
