import { createHash } from 'node:crypto';
import {
  BatchGetBuildsCommand,
  type CodeBuildClient,
  ListBuildsForProjectCommand,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import type { Codebase } from '../codebase/codebase.ts';
import { type ComputeSize, computeTypes } from '../codebase/compute.ts';
import { Failure } from '../lambda/failure.ts';
import { repositoryUrl } from '../page/github-links.ts';
import { BuildAnswer } from './build-answer.ts';
import type { Builds } from './builds.ts';
import { observe } from './observe.ts';
import { refusedBy } from './refused.ts';

export type CodeBuildSettings = {
  /** `host[:port]`, where images are pushed. */
  registry: string;
};

/** The name of a codebase's CodeBuild project. */
const projectOf = (codebase: string): string => `drover-${codebase}`;

/**
 * CodeBuild as the build service. A start is three calls: the project's latest 100 builds, what they are, and StartBuild (two
 * where there are no builds or one is adopted). The first two are what promise 2 costs: the idempotency token only covers five
 * minutes, and an executor that died after StartBuild is followed by one that knows nothing of it but our own build id.
 * A look is one call.
 */
export function codeBuild(client: CodeBuildClient, { registry }: CodeBuildSettings): Builds {
  async function adopt(codebase: Codebase, commit: string, own: string): Promise<string | undefined> {
    const { ids = [] } = await client.send(
      new ListBuildsForProjectCommand({ projectName: projectOf(codebase.name), sortOrder: 'DESCENDING' }),
    );
    if (ids.length === 0) return undefined;
    const { builds = [] } = await client.send(new BatchGetBuildsCommand({ ids: ids.slice(0, 100) }));
    const known = builds.map((build) => BuildAnswer.parse(build));
    const ours = known.find((build) => variableOf(build, 'DROVER_BUILD') === own);
    const running = known.find((build) => build.buildStatus === 'IN_PROGRESS' && build.sourceVersion === commit);
    return (ours ?? running)?.id;
  }

  return {
    start: async (codebase, commit, attempt, size) => {
      const own = `${commit}.${attempt}`;
      try {
        const adopted = await adopt(codebase, commit, own);
        if (adopted) return { kind: 'started', buildId: adopted };
        const { build } = await client.send(new StartBuildCommand(startOf(codebase, commit, own, registry, size)));
        return { kind: 'started', buildId: BuildAnswer.parse(build).id };
      } catch (error) {
        const refused = refusedBy(error);
        if (!refused) throw error;
        return refused;
      }
    },
    look: async (buildId) => {
      const { builds = [], buildsNotFound = [] } = await client.send(new BatchGetBuildsCommand({ ids: [buildId] }));
      const [build] = builds;
      if (build) return observe(BuildAnswer.parse(build));
      if (buildsNotFound.includes(buildId)) return { kind: 'lost', reason: `CodeBuild does not know ${buildId}` };
      // Neither there nor absent: an outage is never read as an absence.
      throw new Failure('build-not-told', `CodeBuild said nothing of ${buildId}`, { retryable: true });
    },
  };
}

/** The same parameters for the same build, always: CodeBuild refuses a token whose parameters changed. Nothing secret: overrides are echoed in events. */
function startOf(codebase: Codebase, commit: string, own: string, registry: string, size: ComputeSize | undefined) {
  const variables = {
    DROVER_BUILD: own,
    DROVER_CODEBASE: codebase.name,
    DROVER_COMMIT: commit,
    DROVER_REGISTRY: registry,
    DROVER_SOURCE: repositoryUrl(codebase),
  };
  return {
    projectName: projectOf(codebase.name),
    sourceVersion: commit,
    ...(size && { computeTypeOverride: computeTypes[size] }),
    idempotencyToken: createHash('sha256').update(`${codebase.name}/${own}`).digest('hex'),
    environmentVariablesOverride: Object.entries(variables).map(([variable, value]) => ({
      name: variable,
      value,
      type: 'PLAINTEXT' as const,
    })),
  };
}

const variableOf = (build: BuildAnswer, name: string): string | undefined =>
  build.environment?.environmentVariables.find((one) => one.name === name)?.value;
