import * as z from 'zod';
import { digestName, tagName } from '../registry/names.ts';
import type { KeptManifest } from '../registry/store.ts';
import { failureOf, ImageId, notFoundText, readImage } from './ecr-image-parts.ts';
import { type EcrOptions, invalid, registryId } from './ecr-options.ts';
import { putImage } from './ecr-put-image.ts';
import { existingRepository } from './ecr-repositories.ts';
import { AwsFault, epochSeconds, type Operation, operation } from './service.ts';

const Repository = { repositoryName: z.string(), registryId: z.string().optional() };

/** Images: described, read, put under one more tag, archived. */
export function imageOperations(options: EcrOptions): Record<string, Operation> {
  const { store } = options;

  const found = (name: string, { imageTag, imageDigest }: ImageId): KeptManifest | undefined => {
    const digest = imageTag === undefined ? imageDigest : store.digestOfTag(name, imageTag);
    if (digest === undefined || (imageDigest !== undefined && digest !== imageDigest)) return undefined;
    return store.manifest(name, digest);
  };

  const detail = (name: string, { digest, mediaType, pushedAt, size, archived }: KeptManifest) => {
    const tags = store.tagsOf(name, digest);
    return {
      registryId,
      repositoryName: name,
      imageDigest: digest,
      ...(tags.length > 0 ? { imageTags: tags } : {}),
      imageSizeInBytes: size,
      imagePushedAt: epochSeconds(pushedAt),
      imageManifestMediaType: mediaType,
      imageStatus: archived ? 'ARCHIVED' : 'ACTIVE',
    };
  };

  return {
    DescribeImages: operation(
      z.object({
        ...Repository,
        imageIds: z.array(ImageId).min(1).max(100).optional(),
        filter: z
          .object({
            tagStatus: z.enum(['TAGGED', 'UNTAGGED', 'ANY']).optional(),
            imageStatus: z.enum(['ACTIVE', 'ARCHIVED', 'ACTIVATING', 'ANY']).optional(),
          })
          .optional(),
        maxResults: z.number().int().min(1).max(1_000).optional(),
        nextToken: z.string().optional(),
      }),
      ({ repositoryName: name, registryId: registry, imageIds, filter, maxResults = 100, nextToken = '' }) => {
        existingRepository(options, name, registry);
        if (imageIds) {
          // An archived image that is asked for by its id is described, with its status.
          return {
            imageDetails: imageIds.map((id) => {
              const image = found(name, id);
              if (!image) throw new AwsFault('ImageNotFoundException', notFoundText(name, id));
              return detail(name, image);
            }),
          };
        }
        const status = filter?.imageStatus ?? 'ACTIVE';
        const tagStatus = filter?.tagStatus ?? 'ANY';
        const all = store
          .digests(name)
          .filter((digest) => digest > nextToken)
          .flatMap((digest) => {
            const image = store.manifest(name, digest);
            return image ? [detail(name, image)] : [];
          })
          .filter((image) => status === 'ANY' || image.imageStatus === status)
          .filter((image) => tagStatus === 'ANY' || (tagStatus === 'TAGGED') === 'imageTags' in image);
        const page = all.slice(0, maxResults);
        return {
          imageDetails: page,
          ...(page.length < all.length ? { nextToken: page.at(-1)?.imageDigest } : {}),
        };
      },
      invalid,
    ),

    BatchGetImage: operation(
      z.object({
        ...Repository,
        imageIds: z.array(ImageId).min(1).max(100),
        acceptedMediaTypes: z.array(z.string()).optional(),
      }),
      ({ repositoryName: name, registryId: registry, imageIds }) => {
        existingRepository(options, name, registry);
        const results = imageIds.map((id) => ({ id, image: found(name, id), failure: failureOf(id) }));
        return {
          images: results.flatMap(({ id, image }) => (image && !image.archived ? [readImage(name, id, image)] : [])),
          failures: results.flatMap(({ id, image, failure }) =>
            image && !image.archived ? [] : [{ imageId: id, ...failure }],
          ),
        };
      },
      invalid,
    ),

    PutImage: operation(
      z.object({
        ...Repository,
        imageManifest: z.string().min(1),
        imageManifestMediaType: z.string().optional(),
        imageTag: z.string().regex(tagName).optional(),
        imageDigest: z.string().regex(digestName).optional(),
      }),
      (input) => {
        const { immutable } = existingRepository(options, input.repositoryName, input.registryId);
        const image = putImage(store, { ...input, immutable });
        const { repositoryName: name, imageTag } = input;
        return { image: readImage(name, { imageTag, imageDigest: image.digest }, image) };
      },
      invalid,
    ),

    UpdateImageStorageClass: operation(
      z.object({ ...Repository, imageId: ImageId, targetStorageClass: z.enum(['STANDARD', 'ARCHIVE']) }),
      ({ repositoryName: name, registryId: registry, imageId, targetStorageClass }) => {
        existingRepository(options, name, registry);
        const image = found(name, imageId);
        if (!image) throw new AwsFault('ImageNotFoundException', notFoundText(name, imageId));
        const archived = targetStorageClass === 'ARCHIVE';
        store.archive(name, image.digest, archived);
        // ECR takes its time to activate; here it is at once.
        return { registryId, repositoryName: name, imageId, imageStatus: archived ? 'ARCHIVED' : 'ACTIVE' };
      },
      invalid,
    ),
  };
}
