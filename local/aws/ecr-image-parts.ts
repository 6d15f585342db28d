import * as z from 'zod';
import { parseManifest } from '../registry/manifest.ts';
import { digestName } from '../registry/names.ts';
import type { KeptManifest } from '../registry/store.ts';
import { registryId } from './ecr-options.ts';

/** An image by its tag, its digest, or both. */
export const ImageId = z.object({ imageTag: z.string().optional(), imageDigest: z.string().optional() });
export type ImageId = z.infer<typeof ImageId>;

/** An image as BatchGetImage and PutImage answer it. */
export const readImage = (name: string, { imageTag }: ImageId, { digest, bytes, mediaType }: KeptManifest) => ({
  registryId,
  repositoryName: name,
  imageId: { imageDigest: digest, ...(imageTag === undefined ? {} : { imageTag }) },
  imageManifest: bytes.toString('utf8'),
  imageManifestMediaType: parseManifest(bytes)?.mediaType ?? mediaType,
});

/** Why BatchGetImage has no such image. */
export function failureOf({ imageTag, imageDigest }: ImageId): { failureCode: string; failureReason: string } {
  if (imageTag === undefined && imageDigest === undefined)
    return {
      failureCode: 'MissingDigestAndTag',
      failureReason: 'Invalid request parameters: both tag and digest cannot be null',
    };
  if (imageDigest !== undefined && !digestName.test(imageDigest))
    return {
      failureCode: 'InvalidImageDigest',
      failureReason: 'Invalid request parameters: image digest should satisfy the regex',
    };
  return { failureCode: 'ImageNotFound', failureReason: 'Requested image not found' };
}

export const notFoundText = (name: string, { imageTag, imageDigest }: ImageId): string =>
  `The image with imageId {imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'} does not exist within the repository with name '${name}' in the registry with id '${registryId}'`;
