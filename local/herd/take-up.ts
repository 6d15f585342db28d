import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateRepositoryCommand, type ECRClient, RepositoryAlreadyExistsException } from '@aws-sdk/client-ecr';
import { stepSeconds } from '../../infra/build-environment.ts';
import type { Codebase, Herd } from '../../lib/codebase/codebase.ts';
import { repositoryUrl } from '../../lib/page/github-links.ts';
import { newCodebaseFiles } from '../../lib/template/template.ts';
import { localEnvironment } from '../aws/credentials.ts';
import type { LocalCluster as EksCluster } from '../aws/eks.ts';
import type { Project } from '../codebuild/project.ts';
import type { LocalGitHub } from '../github/options.ts';

export type TakeUpOptions = {
  ecr: ECRClient;
  github: Pick<LocalGitHub, 'createRepository'>;
  /** Folder of the working clones. */
  clones: string;
};

/** Where a codebase's git repository is, and the person's clone; undefined where somebody else made the repository. */
export type Place = { url: string; clone: string | undefined };

/** Makes what one codebase needs here, as `infra/` makes it on AWS: at start, and when the list gets a line more. What is there stays. */
export async function takeUp(codebase: Codebase, options: TakeUpOptions): Promise<Place> {
  const { name, language, repository, branch } = codebase;
  await createImageRepository(options.ecr, `drover/${name}`);
  const clone = join(options.clones, name);
  const made = await options.github.createRepository(repository, {
    branch,
    seed: newCodebaseFiles(language, name),
    clone,
  });
  return { url: made.url, clone: made.clone?.folder };
}

async function createImageRepository(ecr: ECRClient, repositoryName: string): Promise<void> {
  try {
    await ecr.send(
      new CreateRepositoryCommand({
        repositoryName,
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        // What builds keep for the next one (docs/builds.md); a release's tag never moves.
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'cache-*' }],
      }),
    );
  } catch (error) {
    if (!(error instanceof RepositoryAlreadyExistsException)) throw error;
  }
}

/** What EKS knows: every cluster that the herd names is the one that is here. */
export const clustersOf = ({ codebases }: Herd, endpoint: string): EksCluster[] =>
  [...new Set(codebases.flatMap(({ environments }) => environments.map(({ cluster }) => cluster)))].map((name) => {
    return { name, endpoint, certificateAuthority: 'none: plain http on 127.0.0.1' };
  });

/** Its CodeBuild project: nothing to make, the local CodeBuild asks for it at each call. */
export function projectOf(codebase: Codebase, recipes: string, aws: string, base: Record<string, string>): Project {
  return {
    name: `drover-${codebase.name}`,
    source: { location: `${repositoryUrl(codebase)}.git` },
    buildspec: readFileSync(join(buildspecs, `${codebase.language}.yml`), 'utf8'),
    secondarySources: [{ sourceIdentifier: 'drover', location: recipes }],
    timeoutInMinutes: codebase.buildTimeoutMinutes,
    concurrentBuildLimit: 2,
    environmentVariables: [
      { name: 'DROVER_KEEPS_CACHE', value: 'yes' },
      { name: 'DROVER_SECONDS', value: stepSeconds(codebase) },
      ...Object.entries({ ...base, ...codebase.recipe, ...localEnvironment(aws) }).map(([name, value]) => ({
        name,
        value,
      })),
    ],
  };
}

const buildspecs = fileURLToPath(new URL('../../buildspec', import.meta.url));
