import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  type ECRClient,
  ImageAlreadyExistsException,
  ImageNotFoundException,
  ImageTagAlreadyExistsException,
  LayersNotFoundException,
  PutImageCommand,
  ReferencedImagesNotFoundException,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import * as z from 'zod';
import { Failure } from '../lambda/failure.ts';
import { Digest } from '../release/record.ts';
import type { FoundImage, Images } from './images.ts';

export type EcrPlace = {
  /** `host[:port]`, as a cluster pulls from it. */
  registry: string;
  /** The account whose registry it is; that of the credentials when not given. */
  registryId?: string;
};

/** ECR repositories are named after their codebase. */
const repositoryOf = (codebase: string): string => `drover/${codebase}`;

const Detail = z.object({
  imageDigest: Digest,
  imageTags: z.array(z.string()).default([]),
  imageStatus: z.string().default('ACTIVE'),
});

/** The registry's images by ECR's API. The client's own errors are an outage, except those that say what is there; `protect` throws a `Failure` that is not retryable. */
export function ecrImages(client: ECRClient, { registry, registryId }: EcrPlace): Images {
  const at = (codebase: string) => ({ repositoryName: repositoryOf(codebase), ...(registryId ? { registryId } : {}) });

  const find: Images['find'] = async (codebase, by) => {
    const id = 'tag' in by ? { imageTag: by.tag } : { imageDigest: by.digest };
    try {
      const { imageDetails } = await client.send(new DescribeImagesCommand({ ...at(codebase), imageIds: [id] }));
      return pullable(imageDetails?.[0]);
    } catch (error) {
      // No repository, no image: the registry has answered, and building again or asking a person is what helps.
      if (error instanceof ImageNotFoundException || error instanceof RepositoryNotFoundException) return undefined;
      throw error;
    }
  };

  const protect: Images['protect'] = async (codebase, digest, tag) => {
    const image = await manifestOf(client, at(codebase), digest);
    try {
      await client.send(new PutImageCommand({ ...at(codebase), ...image, imageDigest: digest, imageTag: tag }));
    } catch (error) {
      // A part of the image is gone: no node could pull it, and no further try brings it back.
      if (error instanceof LayersNotFoundException || error instanceof ReferencedImagesNotFoundException)
        throw new Failure('image-missing', `${digest} is not whole in the registry: ${error.message}`, {
          retryable: false,
          cause: error,
        });
      const exists = error instanceof ImageAlreadyExistsException || error instanceof ImageTagAlreadyExistsException;
      if (!exists) throw error;
      // The tag exists: fine where it is on this very image (a repeated call), else refused for good. Whichever exception
      // it was, the registry is asked.
      const tagged = await find(codebase, { tag });
      if (tagged?.digest === digest) return;
      throw new Failure('tag-has-other-image', `${tag} is already the tag of ${tagged?.digest ?? 'another image'}`, {
        retryable: false,
        cause: error,
      });
    }
  };

  return { find, protect, reference: (codebase, digest) => `${registry}/${repositoryOf(codebase)}@${digest}` };
}

/** An archived image, or one that is being activated, is described by ECR but cannot be pulled. */
function pullable(detail: unknown): FoundImage | undefined {
  if (detail === undefined) return undefined;
  const { imageDigest, imageTags, imageStatus } = Detail.parse(detail);
  return imageStatus === 'ACTIVE' ? { digest: imageDigest, tags: imageTags } : undefined;
}

/** All that Docker, BuildKit and OCI tools push; without them ECR may turn an OCI manifest into another document. */
const acceptedMediaTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

type Repository = { repositoryName: string; registryId?: string };

async function manifestOf(client: ECRClient, repository: Repository, digest: string) {
  const command = new BatchGetImageCommand({ ...repository, imageIds: [{ imageDigest: digest }], acceptedMediaTypes });
  const { images, failures } = await client.send(command);
  const { imageManifest, imageManifestMediaType } = images?.[0] ?? {};
  if (imageManifest === undefined)
    throw new Failure('image-missing', `${digest} cannot be read: ${failures?.[0]?.failureReason ?? 'no image'}`, {
      retryable: false,
    });
  return { imageManifest, ...(imageManifestMediaType ? { imageManifestMediaType } : {}) };
}
