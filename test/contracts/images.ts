import { CreateRepositoryCommand, PutImageCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ecrImages } from '../../lib/image/ecr.ts';
import type { Images } from '../../lib/image/images.ts';
import { indexType, manifestType } from '../../lib/image/manifest.ts';
import type { StartedEcr } from './ecr.ts';
import type { Engine } from './engine.ts';

const nowhere = `sha256:${'0'.repeat(64)}`;

/** What drover asks of a registry, by `lib/image/ecr.ts`. */
export function imagesContract(engine: Engine, start: () => Promise<StartedEcr>): void {
  describe(`images: ${engine}`, () => {
    let ecr: StartedEcr;
    let images: Images;
    beforeAll(async () => {
      ecr = await start();
      const repository = { repositoryName: 'drover/shop', imageTagMutability: 'IMMUTABLE' } as const;
      await ecr.client.send(new CreateRepositoryCommand(repository));
      images = ecrImages(ecr.client, { registry: 'registry.example:5000' });
    });
    afterAll(() => ecr.close());
    const add = (tag: string, content = tag) => ecr.addImage('drover/shop', tag, content);

    test('found by tag and by digest, with its tags', async () => {
      const digest = await add('c'.repeat(40));
      const expected = { digest, tags: ['c'.repeat(40)] };
      expect(await images.find('shop', { tag: 'c'.repeat(40) })).toEqual(expected);
      expect(await images.find('shop', { digest })).toEqual(expected);
    });

    test('undefined where there is no such image, and where there is no repository', async () => {
      expect(await images.find('shop', { tag: 'none' })).toBeUndefined();
      expect(await images.find('shop', { digest: nowhere })).toBeUndefined();
      expect(await images.find('none', { tag: 'none' })).toBeUndefined();
    });

    test('protected by one more tag; the same again changes nothing', async () => {
      const digest = await add('kept');
      await images.protect('shop', digest, 'deployed-production-kept');
      await images.protect('shop', digest, 'deployed-production-kept');
      expect(await images.find('shop', { tag: 'deployed-production-kept' })).toMatchObject({ digest });
    });

    test('an index of several platforms is found and protected as the whole that it is', async () => {
      const digests = [await add('of-amd64'), await add('of-arm64')];
      const imageManifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: indexType,
        manifests: digests.map((digest, at) => ({
          mediaType: manifestType,
          digest,
          size: 100,
          platform: { os: 'linux', architecture: ['amd64', 'arm64'][at] },
        })),
      });
      const put = { imageManifest, imageManifestMediaType: indexType, imageTag: 'both' };
      const { image } = await ecr.client.send(new PutImageCommand({ repositoryName: 'drover/shop', ...put }));
      const digest = image?.imageId?.imageDigest ?? '';
      expect(await images.find('shop', { tag: 'both' })).toMatchObject({ digest });
      await images.protect('shop', digest, 'deployed-production-both');
      expect(await images.find('shop', { tag: 'deployed-production-both' })).toMatchObject({ digest });
    });

    test('a tag of another image is refused for good', async () => {
      const [first, second] = [await add('one'), await add('two')];
      await images.protect('shop', first, 'candidate-x');
      await expect(images.protect('shop', second, 'candidate-x')).rejects.toMatchObject({
        name: 'Failure',
        code: 'tag-has-other-image',
        retryable: false,
      });
      expect(await images.find('shop', { tag: 'candidate-x' })).toMatchObject({ digest: first });
    });

    test('an image that is not there cannot be protected', async () => {
      await expect(images.protect('shop', nowhere, 'candidate-y')).rejects.toMatchObject({ code: 'image-missing' });
    });

    test('named by digest, as a cluster pulls it', () => {
      expect(images.reference('shop', nowhere)).toBe(`registry.example:5000/drover/shop@${nowhere}`);
    });
  });
}
