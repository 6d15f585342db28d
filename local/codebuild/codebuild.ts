// Over 150 lines: the service's operations share its list of builds, its queue and its clock.
import { randomUUID } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve as resolvePath } from 'node:path';
import type { LogFiles } from '../aws/logs.ts';
import type { Build } from './build.ts';
import type { Resolve } from './build-environment.ts';
import { openBuilds } from './builds-folder.ts';
import { serveJson } from './json-server.ts';
import { newBuild } from './new-build.ts';
import type { Project } from './project.ts';
import { reportOperations } from './report-operations.ts';
import {
  BatchGetBuildsRequest,
  BatchGetProjectsRequest,
  ListBuildsForProjectRequest,
  RetryBuildRequest,
  ServiceError,
  StartBuildRequest,
  StopBuildRequest,
} from './requests.ts';
import { type Running, runBuild } from './run-build.ts';
import { stateChange } from './state-change.ts';
import { logGroup, wireBuild } from './wire.ts';

export type CodeBuildOptions = {
  port: number;
  /** Where builds, logs, checkouts and caches are kept. */
  folder: string;
  projects: () => Project[];
  /** What every build inherits; see `machineEnvironment`. */
  environment: Record<string, string>;
  /** Builds at once on this machine; further ones wait in order. */
  concurrency: number;
  now: () => number;
  onLog?: (line: { project: string; buildId: string; text: string }) => void;
  /** Every state change, in EventBridge's form. */
  onEvent?: (event: object) => void;
  resolve?: Partial<Resolve>;
};

export type CodeBuild = {
  endpoint: string;
  /** Where people read a build's log. */
  logUrl: (buildId: string) => string;
  builds: () => Build[];
  /** Its logs, by the group and stream that CodeBuild names. */
  logs: LogFiles;
  /** Kills what runs; those builds are FAULT at the next start, as if the machine had died. */
  close: () => Promise<void>;
};

const fiveMinutes = 5 * 60_000;

/** CodeBuild on this machine: the real buildspecs, run with the machine's own tools in a real checkout. */
export async function startCodeBuild(options: CodeBuildOptions): Promise<CodeBuild> {
  const { now, onLog, onEvent } = options;
  const folder = resolvePath(options.folder);
  await mkdir(folder, { recursive: true });
  const builds = openBuilds(folder);
  const running = new Map<string, Running>();
  const waiting: { build: Build; project: Project; timer: NodeJS.Timeout }[] = [];
  const logs = new Map<string, WriteStream>();
  const inherited = { ...options.environment };
  let endpoint = '';
  let closed = false;
  const logUrl = (id: string) => `${endpoint}/logs/${encodeURIComponent(id)}`;
  const wire = (build: Build) => wireBuild(build, logUrl(build.id));
  const tell = (build: Build) => {
    if (!closed) onEvent?.(stateChange(build, logUrl(build.id), randomUUID(), now()));
  };

  function write(build: Build, line: string): void {
    // Lines of the service itself carry `[Container] <time>`, those of commands do not.
    const time = new Date(now()).toISOString().replace('T', ' ').replaceAll('-', '/').slice(0, 23);
    const text = line.startsWith('\0') ? line.slice(1) : `[Container] ${time} ${line}`;
    let log = logs.get(build.id);
    if (!log) {
      log = createWriteStream(builds.logFile(build.id), { flags: 'a' });
      logs.set(build.id, log);
    }
    log.write(`${text}\n`);
    onLog?.({ project: build.projectName, buildId: build.id, text });
  }

  /** Two builds of one project share a path, so they never run at once. */
  function startNext(): void {
    if (closed || running.size >= options.concurrency) return;
    const busy = new Set([...running.keys()].map((id) => id.split(':')[0]));
    const index = waiting.findIndex(({ project }) => !busy.has(project.name));
    const [next] = index < 0 ? [] : waiting.splice(index, 1);
    if (!next) return;
    const { build, project, timer } = next;
    clearTimeout(timer);
    endPhase(build, 'SUCCEEDED');
    const job = runBuild({
      build,
      project,
      folder: join(folder, 'work', project.name),
      machine: inherited,
      resolve: { parameter: async () => undefined, secret: async () => undefined, ...options.resolve },
      now,
      logUrl: logUrl(build.id),
      log: (line) => write(build, line),
      save: (changed) => {
        if (!closed) builds.save(changed);
      },
    });
    running.set(build.id, job);
    job.done.then(({ retries }) => ended(build, retries));
    startNext();
  }

  /**
   * "If the auto-retry limit is set to 2, CodeBuild will call the RetryBuild API to automatically retry
   * your build for up to 2 additional times" (API_AutoRetryConfig); `on-failure: RETRY` does the same by the buildspec.
   */
  function retryBySelf(build: Build, retries: number): void {
    const { limit = 0, number = 0 } = build.retry ?? {};
    const most = Math.max(limit, retries);
    if (closed || build.buildStatus !== 'FAILED' || number >= most) return;
    const previous = { limit: most, number: number + 1, previous: build.arn };
    try {
      start({ ...requestOf(build), idempotencyToken: undefined }, {}, previous);
    } catch (error) {
      write(build, `Not tried again: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    const next = builds.all().find(({ retry }) => retry?.previous === build.arn)?.arn;
    build.retry = { ...previous, number, previous: build.retry?.previous, next };
    write(build, `Tried again, ${number + 1} of ${most}: ${next}`);
    builds.save(build);
  }

  function ended(build: Build, retries: number): void {
    running.delete(build.id);
    retryBySelf(build, retries);
    logs.get(build.id)?.end();
    logs.delete(build.id);
    tell(build);
    startNext();
  }

  function endPhase(build: Build, status: 'SUCCEEDED' | 'STOPPED' | 'FAULT' | 'TIMED_OUT'): void {
    const last = build.phases.at(-1);
    if (last && last.endTime === undefined) Object.assign(last, { endTime: now(), phaseStatus: status });
  }

  function endAt(build: Build, status: 'STOPPED' | 'FAULT' | 'TIMED_OUT'): void {
    endPhase(build, status);
    Object.assign(build, { buildStatus: status, endTime: now(), currentPhase: 'COMPLETED' });
    build.phases.push({ phaseType: 'COMPLETED', startTime: now(), contexts: [] });
    builds.save(build);
    // Whoever listens has the endpoint first.
    setImmediate(() => tell(build));
  }

  function projectOf(name: string): Project {
    const project = options.projects().find((one) => one.name === name);
    if (!project)
      throw new ServiceError(
        'ResourceNotFoundException',
        `Project cannot be found: arn:aws:codebuild:us-east-1:000000000000:project/${name}`,
      );
    return project;
  }

  function startBuild(input: unknown): object {
    return start(StartBuildRequest.parse(input), {});
  }

  /** "Restarts a build": the same call again, as a build of its own. */
  function retryBuild(input: unknown): object {
    const { id, idempotencyToken } = RetryBuildRequest.parse(input);
    const build = builds.get(bare(id));
    if (!build) throw new ServiceError('ResourceNotFoundException', `Build cannot be found: ${id}`);
    return start({ ...requestOf(build), idempotencyToken }, { retries: build.id });
  }

  function requestOf(build: Build): StartBuildRequest {
    const given: unknown = JSON.parse(build.request ?? JSON.stringify({ projectName: build.projectName }));
    return StartBuildRequest.parse(given);
  }

  function start(request: StartBuildRequest, marked: object, retry?: NonNullable<Build['retry']>): { build: object } {
    const project = projectOf(request.projectName);
    const { idempotencyToken, ...rest } = request;
    const parameters = JSON.stringify({ ...rest, ...marked });
    const own = builds.all().filter(({ projectName }) => projectName === project.name);
    // "The token is … valid for 5 minutes. If you repeat the StartBuild request with the same token, but change a parameter,
    // CodeBuild returns a parameter mismatch error." (API_StartBuild, idempotencyToken)
    const known = own.find(
      (one) =>
        idempotencyToken !== undefined && one.token?.value === idempotencyToken && now() - one.startTime < fiveMinutes,
    );
    if (known && known.token?.parameters !== parameters)
      throw new ServiceError(
        'InvalidInputException',
        'Idempotency token is used already with other parameters: parameter mismatch',
      );
    if (known) return { build: wire(known) };
    const limit = project.concurrentBuildLimit;
    const active = own.filter(({ buildStatus }) => buildStatus === 'IN_PROGRESS').length;
    // "If the current build count meets this limit, new builds are throttled and are not run." (API_Project, concurrentBuildLimit)
    if (limit !== undefined && active >= limit)
      throw new ServiceError(
        'AccountLimitExceededException',
        `Cannot have more than ${limit} builds in queue for the project ${project.name}`,
      );
    const limitOfRetries = request.autoRetryLimitOverride ?? project.autoRetryLimit;
    const build: Build = {
      ...newBuild(project, request, `${project.name}:${randomUUID()}`, own.length + 1, now()),
      request: JSON.stringify(rest),
      ...(retry ? { retry } : limitOfRetries === undefined ? {} : { retry: { limit: limitOfRetries, number: 0 } }),
      ...(idempotencyToken === undefined ? {} : { token: { value: idempotencyToken, parameters } }),
    };
    builds.save(build);
    const minutes = build.queuedTimeoutInMinutes ?? 480;
    const timer = setTimeout(() => endQueued(build, 'TIMED_OUT'), minutes * 60_000).unref();
    waiting.push({ build, project, timer });
    tell(build);
    // The answer shows the build as it was submitted; it starts after that.
    setImmediate(startNext);
    return { build: wire(build) };
  }

  function stopBuild(input: unknown): object {
    const { id } = StopBuildRequest.parse(input);
    const build = builds.get(bare(id));
    if (!build) throw new ServiceError('ResourceNotFoundException', `Build cannot be found: ${id}`);
    running.get(build.id)?.interrupt('STOPPED');
    endQueued(build, 'STOPPED');
    return { build: wire(build) };
  }

  function endQueued(build: Build, status: 'STOPPED' | 'TIMED_OUT'): void {
    const index = waiting.findIndex((one) => one.build === build);
    if (index < 0) return;
    const [{ timer } = {}] = waiting.splice(index, 1);
    clearTimeout(timer);
    endAt(build, status);
  }

  const operations = {
    StartBuild: startBuild,
    RetryBuild: retryBuild,
    StopBuild: stopBuild,
    ...reportOperations(builds.all),
    BatchGetBuilds: (input: unknown) => {
      const { ids } = BatchGetBuildsRequest.parse(input);
      const found = ids.map((id) => builds.get(bare(id)));
      return {
        builds: found.flatMap((build) => (build ? [wire(build)] : [])),
        buildsNotFound: ids.filter((_, index) => !found[index]),
      };
    },
    ListBuildsForProject: (input: unknown) => {
      const { projectName, sortOrder, nextToken } = ListBuildsForProjectRequest.parse(input);
      projectOf(projectName);
      const sign = sortOrder === 'ASCENDING' ? 1 : -1;
      const own = builds.all().filter((build) => build.projectName === projectName);
      const ids = own.sort((a, b) => sign * (a.buildNumber - b.buildNumber)).map(({ id }) => id);
      const from = Number(nextToken ?? 0);
      return {
        ids: ids.slice(from, from + 100),
        ...(ids.length > from + 100 ? { nextToken: String(from + 100) } : {}),
      };
    },
    BatchGetProjects: (input: unknown) => {
      const { names } = BatchGetProjectsRequest.parse(input);
      const found = options.projects().filter(({ name }) => names.includes(name));
      const known = new Set(found.map(({ name }) => name));
      return {
        projects: found.map(({ name, source, concurrentBuildLimit, timeoutInMinutes }) => ({
          name,
          source: { type: 'GITHUB', location: source.location },
          ...(concurrentBuildLimit === undefined ? {} : { concurrentBuildLimit }),
          timeoutInMinutes: timeoutInMinutes ?? 60,
        })),
        projectsNotFound: names.filter((name) => !known.has(name)),
      };
    },
  };

  const server = await serveJson(options.port, operations, builds.logFile);
  endpoint = server.url;
  // A build that ran when the machine died did not fail by itself: FAULT is CodeBuild's word for that.
  const orphans = builds.all().filter(({ buildStatus }) => buildStatus === 'IN_PROGRESS');
  for (const build of orphans) endAt(build, 'FAULT');

  return {
    endpoint,
    logUrl,
    builds: builds.all,
    logs: {
      hasGroup: (group) => options.projects().some(({ name }) => group === logGroup(name)),
      fileOf: (group, stream) => {
        const build = builds.all().find(({ id, projectName }) => id === `${projectName}:${stream}`);
        return build && group === logGroup(build.projectName) ? builds.logFile(build.id) : undefined;
      },
    },
    close: async () => {
      closed = true;
      for (const job of running.values()) job.interrupt('STOPPED');
      await Promise.all([...running.values()].map(({ done }) => done));
      await server.close();
    },
  };
}

/** The API takes a build's id or its ARN. */
const bare = (id: string): string => id.replace(/^arn:.*:build\//, '');
