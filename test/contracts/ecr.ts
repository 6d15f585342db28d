import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetAuthorizationTokenCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, thrownName, unlessMoto } from './engine.ts';

export type StartedEcr = {
  client: ECRClient;
  /** Puts an image there as a build would; returns its digest. */
  addImage: (repository: string, tag: string, content: string) => Promise<string>;
  close: () => Promise<void>;
};

const nowhere = `sha256:${'0'.repeat(64)}`;

/** What drover relies on in ECR: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html */
export function ecrContract(engine: Engine, start: () => Promise<StartedEcr>): void {
  describe(`ECR: ${engine}`, () => {
    let ecr: StartedEcr;
    const repositoryName = 'drover/shop';
    beforeAll(async () => {
      ecr = await start();
      await ecr.client.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }));
    });
    afterAll(() => ecr.close());

    const images = (imageIds: { imageTag?: string; imageDigest?: string }[], name = repositoryName) =>
      ecr.client.send(new DescribeImagesCommand({ repositoryName: name, imageIds }));
    const read = async (imageDigest: string) => {
      const got = await ecr.client.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest }] }));
      const { imageManifest, imageManifestMediaType } = got.images?.[0] ?? {};
      return { repositoryName, imageManifest, imageManifestMediaType };
    };
    const put = (image: Awaited<ReturnType<typeof read>>, imageTag: string, imageDigest?: string) =>
      ecr.client.send(new PutImageCommand({ ...image, imageTag, imageDigest }));

    test('repositories: made once, found, and not found', async () => {
      const create = new CreateRepositoryCommand({ repositoryName });
      expect(await thrownName(ecr.client.send(create))).toBe('RepositoryAlreadyExistsException');
      const found = await ecr.client.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
      expect(found.repositories?.[0]).toMatchObject({ repositoryName, imageTagMutability: 'IMMUTABLE' });
      expect(found.repositories?.[0]?.createdAt).toBeInstanceOf(Date);
      const missing = new DescribeRepositoriesCommand({ repositoryNames: ['drover/none'] });
      expect(await thrownName(ecr.client.send(missing))).toBe('RepositoryNotFoundException');
    });

    test('an image is described by its tag and by its digest', async () => {
      const digest = await ecr.addImage(repositoryName, 'a'.repeat(40), 'described');
      for (const id of [{ imageTag: 'a'.repeat(40) }, { imageDigest: digest }]) {
        const found = await images([id]);
        expect(found.imageDetails).toHaveLength(1);
        expect(found.imageDetails?.[0]).toMatchObject({
          imageDigest: digest,
          imageTags: ['a'.repeat(40)],
          repositoryName,
        });
        expect(found.imageDetails?.[0]?.imagePushedAt).toBeInstanceOf(Date);
      }
    });

    unlessMoto(engine, 'says no imageStatus')('an image that can be pulled is ACTIVE', async () => {
      const digest = await ecr.addImage(repositoryName, 'active', 'active');
      expect((await images([{ imageDigest: digest }])).imageDetails?.[0]?.imageStatus).toBe('ACTIVE');
    });

    test('what is not there has the exception of its kind', async () => {
      expect(await thrownName(images([{ imageTag: 'none' }]))).toBe('ImageNotFoundException');
      expect(await thrownName(images([{ imageDigest: nowhere }]))).toBe('ImageNotFoundException');
      expect(await thrownName(images([{ imageTag: 'v1' }], 'drover/none'))).toBe('RepositoryNotFoundException');
      const get = new BatchGetImageCommand({ repositoryName: 'drover/none', imageIds: [{ imageTag: 'v1' }] });
      expect(await thrownName(ecr.client.send(get))).toBe('RepositoryNotFoundException');
    });

    test('a manifest is read; what is not there is among the failures', async () => {
      const digest = await ecr.addImage(repositoryName, 'read', 'read');
      const got = await ecr.client.send(
        new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest: digest }, { imageTag: 'none' }] }),
      );
      expect(got.images).toHaveLength(1);
      expect(got.images?.[0]?.imageId?.imageDigest).toBe(digest);
      expect(JSON.parse(got.images?.[0]?.imageManifest ?? '')).toHaveProperty('schemaVersion', 2);
      expect(got.failures?.[0]).toMatchObject({ imageId: { imageTag: 'none' }, failureCode: 'ImageNotFound' });
    });

    test('an image gets one more tag', async () => {
      const digest = await ecr.addImage(repositoryName, 'b'.repeat(40), 'tagged twice');
      const done = await put(await read(digest), 'candidate-b');
      expect(done.image?.imageId).toMatchObject({ imageDigest: digest, imageTag: 'candidate-b' });
      expect((await images([{ imageTag: 'candidate-b' }])).imageDetails?.[0]?.imageDigest).toBe(digest);
      const tags = (await images([{ imageDigest: digest }])).imageDetails?.[0]?.imageTags ?? [];
      expect([...tags].sort()).toEqual(['b'.repeat(40), 'candidate-b']);
    });

    test('the same tag on the same image again is ImageAlreadyExistsException', async () => {
      const image = await read(await ecr.addImage(repositoryName, 'again', 'again'));
      expect(await thrownName(put(image, 'again'))).toBe('ImageAlreadyExistsException');
    });

    unlessMoto(engine, 'raises ImageAlreadyExistsException for it')(
      'a tag of another image is ImageTagAlreadyExistsException, and the tag stays where it was',
      async () => {
        const first = await ecr.addImage(repositoryName, 'taken', 'first');
        const second = await ecr.addImage(repositoryName, 'other', 'second');
        const image = await read(second);
        expect(await thrownName(put(image, 'taken'))).toBe('ImageTagAlreadyExistsException');
        expect((await images([{ imageTag: 'taken' }])).imageDetails?.[0]?.imageDigest).toBe(first);
        expect(await thrownName(put(image, 'new', first))).toBe('ImageDigestDoesNotMatchException');
      },
    );

    unlessMoto(engine, 'does not look for layers')(
      'a manifest without its layers is LayersNotFoundException',
      async () => {
        const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: nowhere, size: 1 };
        const mediaType = 'application/vnd.oci.image.manifest.v1+json';
        const manifest = { schemaVersion: 2, mediaType, config: layer, layers: [layer] };
        const image = { repositoryName, imageManifest: JSON.stringify(manifest), imageManifestMediaType: mediaType };
        expect(await thrownName(put(image, 'empty'))).toBe('LayersNotFoundException');
      },
    );

    test('a token for the registry', async () => {
      const { authorizationData } = await ecr.client.send(new GetAuthorizationTokenCommand({}));
      expect(Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString()).toMatch(/^AWS:./);
    });

    unlessMoto(engine, 'its token ended in 2015')('the token lives twelve hours', async () => {
      const { authorizationData } = await ecr.client.send(new GetAuthorizationTokenCommand({}));
      const lives = (authorizationData?.[0]?.expiresAt?.getTime() ?? 0) - Date.now();
      expect(Math.round(lives / 3_600_000)).toBe(12);
    });
  });
}
