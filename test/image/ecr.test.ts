// What the contract cannot bring about: an outage, and an image that was archived.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CreateRepositoryCommand, DescribeImagesCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { ecrImages } from '../../lib/image/ecr.ts';
import { indexType, manifestType } from '../../lib/image/manifest.ts';
import { startLocal } from '../aws/start-local.ts';
import { thrownName } from '../contracts/engine.ts';

const Manifest = z.object({ config: z.object({ digest: z.string() }) });
const digest = `sha256:${'0'.repeat(64)}`;

async function started() {
  const local = await startLocal();
  onTestFinished(local.close);
  const client = new ECRClient(local.config);
  await client.send(new CreateRepositoryCommand({ repositoryName: 'drover/shop', imageTagMutability: 'IMMUTABLE' }));
  return { ...local, client, images: ecrImages(client, { registry: 'registry.example' }) };
}

test('an outage is thrown, never read as an absence', async () => {
  const { config } = await started();
  const away = new ECRClient({ ...config, endpoint: 'http://127.0.0.1:9' });
  const images = ecrImages(away, { registry: 'registry.example' });
  await expect(images.find('shop', { tag: 'v1' })).rejects.toThrow(/ECONNREFUSED|connect/);
  await expect(images.protect('shop', digest, 'kept')).rejects.toThrow(/ECONNREFUSED|connect/);
});

test('an archived image cannot be pulled: it is not found, and cannot be protected', async () => {
  const { images, registry, addImage } = await started();
  const archived = await addImage('drover/shop', 'v1', 'old');
  registry.store.archive('drover/shop', archived, true);
  expect(await images.find('shop', { tag: 'v1' })).toBeUndefined();
  expect(await images.find('shop', { digest: archived })).toBeUndefined();
  await expect(images.protect('shop', archived, 'kept')).rejects.toMatchObject({ code: 'image-missing' });
});

// "If the image is a manifest list, this will be the max size of all manifests in the list" (ECR API reference, ImageDetail).
test('an index is as large as the largest of its images', async () => {
  const { client, addImage } = await started();
  const digests = [await addImage('drover/shop', 'a', 'small'), await addImage('drover/shop', 'b', 'x'.repeat(5_000))];
  const manifests = digests.map((one) => ({ mediaType: manifestType, digest: one, size: 1 }));
  const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
  const repositoryName = 'drover/shop';
  await client.send(
    new PutImageCommand({ repositoryName, imageManifest, imageManifestMediaType: indexType, imageTag: 'both' }),
  );
  const sizeOf = async (imageTag: string) =>
    (await client.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] }))).imageDetails?.[0]
      ?.imageSizeInBytes;
  expect(await sizeOf('both')).toBe(await sizeOf('b'));
});

test('an image that has lost a part cannot be protected, and is not tried for ever', async () => {
  const { images, registry, folder, addImage } = await started();
  const digest = await addImage('drover/shop', 'v1', 'content');
  const { config } = Manifest.parse(JSON.parse(String(registry.store.manifest('drover/shop', digest)?.bytes)));
  rmSync(join(folder, 'registry/repositories/drover/shop/_blobs', config.digest.replace(':', '-')));
  await expect(images.protect('shop', digest, 'kept')).rejects.toMatchObject({
    code: 'image-missing',
    retryable: false,
    message: expect.stringContaining(`${digest} is not whole in the registry`),
  });
});

test('the registry of another account is another registry', async () => {
  const { client, addImage } = await started();
  await addImage('drover/shop', 'v1', 'content');
  const images = ecrImages(client, { registry: 'registry.example', registryId: '111111111111' });
  expect(await images.find('shop', { tag: 'v1' })).toBeUndefined();
});

test('where the repository does not exist, protecting throws what ECR said', async () => {
  const { images } = await started();
  expect(await thrownName(images.protect('none', digest, 'kept'))).toBe('RepositoryNotFoundException');
});
