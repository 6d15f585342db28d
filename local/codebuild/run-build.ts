// Over 150 lines: the order of one build's phases, which reads best in one place.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { keepArtifacts } from './artifacts.ts';
import type { Build, PhaseType, Status } from './build.ts';
import { keepCache, restoreCache } from './build-cache.ts';
import { codeBuildVariables, declaredVariables, type Resolve } from './build-environment.ts';
import { type Buildspec, readBuildspec } from './buildspec.ts';
import { checkOut } from './checkout.ts';
import { hider } from './hidden.ts';
import { inside } from './inside.ts';
import { noEffect } from './no-effect.ts';
import type { Project } from './project.ts';
import { readReports } from './reports.ts';
import { userOf } from './run-as.ts';
import { runPhase } from './run-phase.ts';
import { openShell, type Shell } from './shell.ts';

/** One build under way. `interrupt` ends it from outside, as StopBuild and the timeout do. */
export type Running = { interrupt: (status: 'STOPPED' | 'TIMED_OUT') => void; done: Promise<Ended> };
/** `retries`: how often an `on-failure: RETRY` that matched wants the build again. */
type Ended = { retries: number };

export type Job = {
  build: Build;
  project: Project;
  /** The project's own folder: the same path for every build, since a Rust workspace crate's identity depends on it. */
  folder: string;
  machine: Record<string, string>;
  resolve: Resolve;
  now: () => number;
  logUrl: string;
  log: (line: string) => void;
  save: (build: Build) => void;
};

type End = { status: Status; context?: { statusCode: string; message: string } };
const fine: End = { status: 'SUCCEEDED' };
const failed = (statusCode: string, message: string): End => ({ status: 'FAILED', context: { statusCode, message } });

/** Runs a build through its phases (view-build-details-phases): it ends with a status, whatever its commands do. */
export function runBuild(job: Job): Running {
  const { build, project, folder, now, save } = job;
  let hidden = hider([]);
  const log = (line: string) => job.log(hidden(line));
  const source = join(folder, 'src');
  let shell: Shell | undefined;
  let interrupted: 'STOPPED' | 'TIMED_OUT' | undefined;
  let status: Status = 'SUCCEEDED';
  let retries = 0;

  async function phase(type: PhaseType, body: () => Promise<End>): Promise<boolean> {
    if (interrupted) return false;
    begin(type);
    log(`Entering phase ${type}`);
    const end = await body().catch(
      (error: unknown): End => ({
        status: 'FAULT',
        context: {
          statusCode: 'INTERNAL_SERVICE_ERROR',
          message: error instanceof Error ? error.message : String(error),
        },
      }),
    );
    finish(interrupted ? interruptedEnd(interrupted) : end);
    return status === 'SUCCEEDED';
  }

  function begin(phaseType: PhaseType): void {
    build.currentPhase = phaseType;
    build.phases.push({ phaseType, startTime: now(), contexts: [] });
    save(build);
  }

  function finish(end: End): void {
    const last = build.phases.at(-1);
    if (!last) return;
    last.endTime = now();
    last.phaseStatus = end.status;
    const { statusCode = '', message = '' } = end.context ?? {};
    last.contexts = [{ statusCode, message: hidden(message) }];
    log(`Phase complete: ${last.phaseType} State: ${end.status}`);
    log(`Phase context status code: ${statusCode} Message: ${message}`);
    if (status === 'SUCCEEDED' && end.status !== 'SUCCEEDED') status = end.status;
    save(build);
  }

  async function buildspecOf(): Promise<Buildspec | { wrong: string }> {
    const given = build.buildspecOverride ?? project.buildspec ?? 'buildspec.yml';
    if (given.includes('\n') || given.startsWith('{')) return readBuildspec(given);
    if (given.startsWith('arn:')) return { wrong: `${given}: a buildspec in S3 is not read here` };
    const path = inside(source, given);
    const text = path === undefined ? undefined : await readFile(path, 'utf8').catch(() => undefined);
    return text === undefined ? { wrong: `${given} does not exist` } : readBuildspec(text);
  }

  async function run(): Promise<Ended> {
    const minutes = build.timeoutInMinutes;
    const timer = setTimeout(() => interrupt('TIMED_OUT'), minutes * 60_000);
    await phase('PROVISIONING', async () => {
      await rm(join(folder, 'shell'), { recursive: true, force: true });
      return fine;
    });
    let buildspec: Buildspec | undefined;
    let exported: string[] = [];
    const ready = await phase('DOWNLOAD_SOURCE', async () => {
      const checkout = await checkOut(build.sourceLocation, build.sourceVersion, source, job.machine);
      if (checkout.kind === 'failed') return failed('CLIENT_ERROR', checkout.reason);
      build.resolvedSourceVersion = checkout.commit;
      const read = await buildspecOf();
      if ('wrong' in read) return failed('YAML_FILE_ERROR', read.wrong);
      const declared = await declaredVariables(build, read, job.resolve);
      if ('wrong' in declared) return failed('CLIENT_ERROR', declared.wrong);
      buildspec = read;
      hidden = hider([...declared.secrets].map((name) => declared.values[name] ?? ''));
      for (const line of noEffect(read)) log(line);
      if (build.told) for (const line of build.told) log(line);
      // Secrets cannot be exported, nor can variables that start with AWS_ (buildspec reference, env/exported-variables).
      exported = (read.env?.['exported-variables'] ?? []).filter(
        (name) => !declared.secrets.has(name) && !name.startsWith('AWS_'),
      );
      const secondary = (project.secondarySources ?? []).map((one) => [one.sourceIdentifier, one.location]);
      shell = openShell({
        program: read.env?.shell === 'bash' ? 'bash' : 'sh',
        folder: join(folder, 'shell'),
        directory: source,
        environment: {
          ...job.machine,
          ...declared.values,
          ...codeBuildVariables(build, source, Object.fromEntries(secondary), job.logUrl),
        },
        onLine: (line) => log(`\0${line}`),
      });
      if (read.cache) for (const line of await restoreCache(cacheOf(read.cache, shell))) log(line);
      return fine;
    });
    if (ready && buildspec && shell) await runPhases(buildspec, shell, exported);
    clearTimeout(timer);
    if (interrupted && status === 'SUCCEEDED') status = interrupted;
    begin('FINALIZING');
    finish(fine);
    build.phases.push({ phaseType: 'COMPLETED', startTime: now(), contexts: [] });
    build.currentPhase = 'COMPLETED';
    build.buildStatus = status;
    build.endTime = now();
    save(build);
    return { retries };
  }

  const cacheOf = (cache: NonNullable<Buildspec['cache']>, { expand }: Shell) => ({
    cache,
    source,
    folder: join(folder, 'cache'),
    expand,
  });

  /** INSTALL and PRE_BUILD end the build when they fail; POST_BUILD follows a failed BUILD too, unless it says `on-failure: ABORT`. */
  async function runPhases(buildspec: Buildspec, shell: Shell, exported: string[]): Promise<void> {
    const names = ['install', 'pre_build', 'build', 'post_build'] as const;
    let goOn = true;
    for (const name of names) {
      const spec = buildspec.phases[name];
      if (!goOn) break;
      let failedHere: string | undefined;
      await phase(
        name === 'install' ? 'INSTALL' : name === 'pre_build' ? 'PRE_BUILD' : name === 'build' ? 'BUILD' : 'POST_BUILD',
        async () => {
          if (!spec) return fine;
          // "The phase-level user takes precedence."
          const name = spec['run-as'] ?? buildspec['run-as'];
          const as = name === undefined ? undefined : userOf(name, process.getuid?.() ?? -1);
          if (as && 'wrong' in as) {
            failedHere = as.wrong;
            return failed('CLIENT_ERROR', as.wrong);
          }
          const end = await runPhase(spec, shell, status === 'SUCCEEDED', () => interrupted !== undefined, log, as);
          if (end.failed) failedHere = end.context.message;
          return end.failed ? { status: 'FAILED', context: end.context } : fine;
        },
      );
      const onFailure = spec?.['on-failure'] ?? { kind: name === 'build' ? 'continue' : 'abort' };
      if (interrupted || (failedHere !== undefined && onFailure.kind !== 'continue')) goOn = false;
      if (failedHere !== undefined && onFailure.kind === 'retry' && onFailure.pattern.test(failedHere))
        retries = onFailure.count;
    }
    // "After the post_build phase ends, the value of exported variables cannot change."
    if (!interrupted) await exportVariables(shell, exported);
    if (build.phases.some(({ phaseType }) => phaseType === 'BUILD')) await uploadArtifacts(buildspec, shell);
  }

  async function exportVariables(shell: Shell, names: string[]): Promise<void> {
    const values = await shell.variables();
    build.exportedEnvironmentVariables = names.flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [{ name, value }];
    });
    save(build);
  }

  /** "The UPLOAD_ARTIFACTS phase is always attempted, even if the BUILD phase fails": its artifacts too. A cache is kept of what succeeded. */
  async function uploadArtifacts(buildspec: Buildspec, shell: Shell): Promise<void> {
    await phase('UPLOAD_ARTIFACTS', async () => {
      build.reports = await readReports(build, buildspec, source, shell.expand, log);
      for (const { name, total, failed, skipped } of build.reports)
        log(`Report ${name}: ${total} tests, ${failed} failed, ${skipped} skipped`);
      if (status === 'SUCCEEDED' && buildspec.cache)
        for (const line of await keepCache(cacheOf(buildspec.cache, shell))) log(line);
      if (!buildspec.artifacts) return fine;
      const kept = await keepArtifacts(buildspec.artifacts, project, source, join(folder, 'artifacts'), shell.expand);
      if (kept.kind === 'failed') return failed('CLIENT_ERROR', kept.reason);
      for (const line of kept.lines) log(line);
      return fine;
    });
  }

  function interrupt(how: 'STOPPED' | 'TIMED_OUT'): void {
    if (interrupted) return;
    interrupted = how;
    shell?.kill();
  }

  function interruptedEnd(how: 'STOPPED' | 'TIMED_OUT'): End {
    if (how === 'STOPPED') return { status: how };
    const message = `Build has timed out after ${build.timeoutInMinutes} minutes.`;
    return { status: how, context: { statusCode: 'BUILD_TIMED_OUT', message } };
  }

  return { interrupt, done: run() };
}
