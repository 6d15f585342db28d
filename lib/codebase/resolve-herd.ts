import type { Codebase, Environment, Herd } from './codebase.ts';
import { type Compute, isLambda, type Platform } from './compute.ts';
import { secondsIn } from './duration.ts';
import type { CodebaseFile, EnvironmentFile, HerdFile } from './herd-file.ts';

/** What holds where the file says nothing. */
const builtIn = {
  github: 'https://github.com',
  branch: 'main',
  buildTimeout: '30m',
  environment: {
    namespace: 'default',
    approval: 'required',
    approvalLifetime: '7d',
    rolloutDeadline: '10m',
    stability: '60s',
    drift: 'report',
    create: false,
  },
} as const;
/** "AWS Lambda doesn't support … runtimes longer than 15 minutes" (CodeBuild user guide, "Run builds on AWS Lambda compute"). */
const LAMBDA_MINUTES = 15;
const defaultPlatforms: Platform[] = ['linux/arm64'];
const defaultEnvironments: EnvironmentFile[] = [{ name: 'production' }];

/** The herd with every default filled in, from a file that was checked. */
export function resolveHerd({ defaults = {}, codebases }: HerdFile): Herd {
  const all = codebases.map((file) => resolveCodebase(file, defaults));
  const names = new Map(all.map((codebase) => [codebase.name, codebase]));
  const repositories = new Map(all.map((codebase) => [codebase.repository.toLowerCase(), codebase]));
  return {
    codebases: all,
    byName: (name) => names.get(name),
    byRepository: (repository) => repositories.get(repository.toLowerCase()),
  };
}

function resolveCodebase(file: CodebaseFile, defaults: NonNullable<HerdFile['defaults']>): Codebase {
  const known = defaults.environments ?? defaultEnvironments;
  return {
    name: file.name,
    language: file.language,
    github: (defaults.github ?? builtIn.github).replace(/\/+$/, ''),
    repository: repositoryOf(file, defaults.organisation),
    branch: file.branch ?? defaults.branch ?? builtIn.branch,
    environments: (file.environments ?? known).map((item) => resolveEnvironment(file.name, item, known)),
    ...recipeOf(file),
    ...machineOf(file, defaults),
    platforms: file.platforms ?? defaults.platforms ?? defaultPlatforms,
    ...(file.images === 'existing' ? { images: file.images } : {}),
  };
}

/** What is nearer holds: an entry's `compute` goes before the fleet of the defaults, and its fleet before their `compute`. */
function machineOf(
  file: CodebaseFile,
  defaults: NonNullable<HerdFile['defaults']>,
): Pick<Codebase, 'compute' | 'fleet' | 'buildTimeoutMinutes'> {
  const compute = computeOf(file, defaults);
  const fleet = file.fleet ?? (file.compute === undefined ? defaults.fleet : undefined);
  const timeout = file.buildTimeout ?? defaults.buildTimeout ?? builtIn.buildTimeout;
  return {
    compute,
    ...(fleet === undefined ? {} : { fleet }),
    buildTimeoutMinutes: isLambda(compute) ? LAMBDA_MINUTES : secondsIn(timeout) / 60,
  };
}

/** What an entry's `compute` is in the end; a fleet has its own machines. */
export function computeOf(file: CodebaseFile, defaults: HerdFile['defaults']): Compute {
  if (file.compute !== undefined) return file.compute;
  return file.fleet === undefined ? (defaults?.compute ?? 'auto') : 'auto';
}

/** `steps: { test: … }` is DROVER_STEP_TEST to a build. */
function recipeOf({ package: chosen, binary, steps = {} }: CodebaseFile): Pick<Codebase, 'recipe'> {
  const recipe = {
    ...(chosen === undefined ? {} : { DROVER_PACKAGE: chosen }),
    ...(binary === undefined ? {} : { DROVER_BINARY: binary }),
    ...Object.fromEntries(
      Object.entries(steps).map(([name, command]) => [`DROVER_STEP_${name.toUpperCase()}`, command]),
    ),
  };
  return Object.keys(recipe).length === 0 ? {} : { recipe };
}

/** `owner/name`; without an owner anywhere it begins with “/”, which the check of the file refuses. */
export function repositoryOf(file: CodebaseFile, organisation: string | undefined): string {
  const repository = file.repository ?? file.name;
  return repository.includes('/') ? repository : `${file.organisation ?? organisation ?? ''}/${repository}`;
}

/** An environment named as a default one is that one with what the codebase says of it; others stand alone. */
function resolveEnvironment(codebase: string, item: string | EnvironmentFile, known: EnvironmentFile[]): Environment {
  const own: EnvironmentFile = typeof item === 'string' ? { name: item } : item;
  const base = known.find(({ name }) => name === own.name);
  const last = builtIn.environment;
  return {
    name: own.name,
    cluster: own.cluster ?? base?.cluster ?? own.name,
    namespace: own.namespace ?? base?.namespace ?? last.namespace,
    workloads: (own.workloads ?? base?.workloads ?? [{}]).map(
      ({ kind = 'Deployment', name = codebase, container = codebase }) => ({
        kind,
        name,
        container,
      }),
    ),
    create: own.create ?? base?.create ?? last.create,
    approval: own.approval ?? base?.approval ?? last.approval,
    approvalLifetimeMinutes: secondsIn(own.approvalLifetime ?? base?.approvalLifetime ?? last.approvalLifetime) / 60,
    rolloutDeadlineSeconds: secondsIn(own.rolloutDeadline ?? base?.rolloutDeadline ?? last.rolloutDeadline),
    stabilitySeconds: secondsIn(own.stability ?? base?.stability ?? last.stability),
    drift: own.drift ?? base?.drift ?? last.drift,
  };
}
