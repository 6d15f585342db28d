import { parseManifest } from '../registry/manifest.ts';
import type { KeptManifest, RegistryStore } from '../registry/store.ts';
import { registryId } from './ecr-options.ts';
import { AwsFault } from './service.ts';

type Put = {
  repositoryName: string;
  imageManifest: string;
  imageManifestMediaType?: string | undefined;
  imageTag?: string | undefined;
  imageDigest?: string | undefined;
  immutable: boolean;
};

/** Puts a manifest with ECR's exceptions: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html#API_PutImage_Errors */
export function putImage(store: RegistryStore, put: Put): KeptManifest {
  const { repositoryName: name, imageTag: tag, imageDigest: digest, immutable } = put;
  const bytes = Buffer.from(put.imageManifest, 'utf8');
  const mediaType = put.imageManifestMediaType ?? parseManifest(bytes)?.mediaType;
  if (!mediaType)
    throw new AwsFault(
      'InvalidParameterException',
      "Invalid parameter at 'imageManifestMediaType': none is given, and the manifest says none",
    );
  const done = store.putManifest(name, bytes, mediaType, { tag, digest, immutable });
  switch (done.kind) {
    case 'put': {
      if (done.already)
        throw new AwsFault(
          'ImageAlreadyExistsException',
          `Image with digest '${done.digest}' and tag '${tag ?? 'null'}' already exists in the repository with name '${name}' in registry with id '${registryId}'`,
        );
      const kept = store.manifest(name, done.digest);
      if (!kept) throw new AwsFault('ServerException', 'the image was put but is not there', 500);
      return kept;
    }
    case 'tag-taken':
      throw new AwsFault(
        'ImageTagAlreadyExistsException',
        `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`,
      );
    case 'digest-mismatch':
      throw new AwsFault('ImageDigestDoesNotMatchException', `The image digest is '${done.digest}', not '${digest}'`);
    case 'unknown-parts':
      throw done.blobs.length > 0
        ? new AwsFault(
            'LayersNotFoundException',
            `Layers with digests '${done.blobs}' required for pushing image do not exist`,
          )
        : new AwsFault(
            'ReferencedImagesNotFoundException',
            `Images with digests '${done.manifests}' required for pushing image do not exist`,
          );
    case 'invalid':
      throw new AwsFault(
        'InvalidParameterException',
        `Invalid parameter at 'imageManifest' failed to satisfy constraint: '${done.reason}'`,
      );
  }
}
