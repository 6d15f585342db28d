import { join } from 'node:path';
import { BatchGetBuildsCommand, type Build, CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { machineEnvironment } from '../../local/codebuild/build-environment.ts';
import { type CodeBuildOptions, startCodeBuild } from '../../local/codebuild/codebuild.ts';
import type { Project } from '../../local/codebuild/project.ts';
import { type GitRepository, gitRepository, newFolder } from './git-repository.ts';

/** The real client, for an endpoint of ours. */
export const clientOf = (endpoint: string): CodeBuildClient =>
  new CodeBuildClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });

/** The local service with one repository, for one test. `lines` and `events` collect what it says. */
export async function service(more: Partial<CodeBuildOptions> = {}) {
  const { folder, remove } = newFolder();
  const repository = gitRepository(join(folder, 'repository'));
  const projects: Project[] = [];
  const lines: string[] = [];
  const events: object[] = [];
  const options: CodeBuildOptions = {
    port: 0,
    folder: join(folder, 'codebuild'),
    projects: () => projects,
    environment: machineEnvironment(process.env),
    concurrency: 2,
    now: Date.now,
    onLog: ({ text }) => lines.push(text),
    onEvent: (event) => events.push(event),
    ...more,
  };
  const codebuild = await startCodeBuild(options);
  const client = clientOf(codebuild.endpoint);
  return {
    codebuild,
    client,
    options,
    repository,
    projects,
    lines,
    events,
    folder,
    remove,
    /** Runs a buildspec to its end on a new commit. */
    build: (buildspec: string, project: Partial<Project> = {}) =>
      buildOnce({ client, projects, repository }, buildspec, project),
    close: async () => {
      client.destroy();
      await codebuild.close();
      remove();
    },
  };
}

type Parts = { client: CodeBuildClient; projects: Project[]; repository: GitRepository };

async function buildOnce({ client, projects, repository }: Parts, buildspec: string, project: Partial<Project>) {
  const name = project.name ?? `p${projects.length}`;
  projects.push({ name, source: { location: repository.folder }, buildspec, ...project });
  const sourceVersion = repository.commit({ 'file.txt': name });
  const { build } = await client.send(new StartBuildCommand({ projectName: name, sourceVersion }));
  return ended(client, build?.id ?? '');
}

/** Asks until the build has ended; a test's own deadline ends the asking. */
export async function ended(client: CodeBuildClient, id: string): Promise<Build> {
  for (;;) {
    const { builds = [] } = await client.send(new BatchGetBuildsCommand({ ids: [id] }));
    const [build] = builds;
    if (!build) throw new Error(`no build ${id}`);
    if (build.buildStatus !== 'IN_PROGRESS') return build;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** `INSTALL SUCCEEDED, BUILD FAILED`: the phases between the source and the end. */
export const phasesOf = (build: Build): string =>
  (build.phases ?? [])
    .filter(({ phaseType }) => /^(INSTALL|PRE_BUILD|BUILD|POST_BUILD|UPLOAD_ARTIFACTS)$/.test(phaseType ?? ''))
    .map(({ phaseType, phaseStatus }) => `${phaseType} ${phaseStatus}`)
    .join(', ');

export const exportedOf = (build: Build): Record<string, string> =>
  Object.fromEntries((build.exportedEnvironmentVariables ?? []).map(({ name = '', value = '' }) => [name, value]));

/** Why the phase failed, in CodeBuild's words. */
export const contextOf = (build: Build, type: string): string =>
  build.phases?.find(({ phaseType }) => phaseType === type)?.contexts?.[0]?.message ?? '';
