import * as z from 'zod';
import { repositoryName } from '../registry/names.ts';
import type { Repository } from '../registry/store.ts';
import { localRegion } from './credentials.ts';
import { type EcrOptions, invalid, registryId } from './ecr-options.ts';
import { AwsFault, epochSeconds, type Operation, operation } from './service.ts';

/** Twelve hours, as ECR's tokens have. */
const tokenLifetime = 12 * 3_600_000;

/** Repositories and the login of the registry. */
export function repositoryOperations({ store, host, now }: EcrOptions): Record<string, Operation> {
  const described = (name: string, { createdAt, immutable, mutableTags }: Repository) => ({
    repositoryArn: `arn:aws:ecr:${localRegion}:${registryId}:repository/${name}`,
    registryId,
    repositoryName: name,
    repositoryUri: `${host}/${name}`,
    createdAt: epochSeconds(createdAt),
    ...(mutableTags.length > 0
      ? {
          imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
          imageTagMutabilityExclusionFilters: mutableTags.map((filter) => ({ filterType: 'WILDCARD', filter })),
        }
      : { imageTagMutability: immutable ? 'IMMUTABLE' : 'MUTABLE' }),
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: 'AES256' },
  });

  return {
    CreateRepository: operation(
      z.object({
        repositoryName: z.string().min(2).max(256).regex(repositoryName),
        imageTagMutability: z.enum(['MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION']).optional(),
        imageTagMutabilityExclusionFilters: z
          .array(z.object({ filterType: z.literal('WILDCARD'), filter: z.string().min(1).max(128) }))
          .max(5)
          .optional(),
      }),
      ({ repositoryName: name, imageTagMutability = 'MUTABLE', imageTagMutabilityExclusionFilters: filters = [] }) => {
        if (store.repository(name))
          throw new AwsFault(
            'RepositoryAlreadyExistsException',
            `The repository with name '${name}' already exists in the registry with id '${registryId}'`,
          );
        const made = store.createRepository(
          name,
          imageTagMutability !== 'MUTABLE',
          filters.map(({ filter }) => filter),
        );
        return { repository: described(name, made) };
      },
      invalid,
    ),

    DescribeRepositories: operation(
      z.object({
        repositoryNames: z.array(z.string()).optional(),
        maxResults: z.number().int().min(1).max(1_000).optional(),
        nextToken: z.string().optional(),
      }),
      ({ repositoryNames, maxResults = 100, nextToken = '' }) => {
        const names = repositoryNames ?? store.repositories().filter((name) => name > nextToken);
        const page = repositoryNames ? names : names.slice(0, maxResults);
        return {
          repositories: page.map((name) => described(name, existingRepository({ store }, name))),
          ...(page.length < names.length ? { nextToken: page.at(-1) } : {}),
        };
      },
      invalid,
    ),

    GetAuthorizationToken: operation(
      z.object({}),
      () => ({
        authorizationData: [
          {
            authorizationToken: Buffer.from('AWS:local').toString('base64'),
            expiresAt: epochSeconds(now() + tokenLifetime),
            proxyEndpoint: `http://${host}`,
          },
        ],
      }),
      invalid,
    ),
  };
}

/** The repository, or ECR's exception where there is none of that name. */
export function existingRepository(
  { store }: Pick<EcrOptions, 'store'>,
  name: string,
  registry = registryId,
): Repository {
  const found = registry === registryId ? store.repository(name) : undefined;
  if (found) return found;
  throw new AwsFault(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${registry}'`,
  );
}
