import { imageOperations } from './ecr-images.ts';
import type { EcrOptions } from './ecr-options.ts';
import { repositoryOperations } from './ecr-repositories.ts';
import type { JsonService } from './service.ts';

/** ECR's API over the local registry: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/Welcome.html */
export function ecrService(options: EcrOptions): JsonService {
  return {
    target: 'AmazonEC2ContainerRegistry_V20150921',
    version: '1.1',
    operations: { ...repositoryOperations(options), ...imageOperations(options) },
  };
}
