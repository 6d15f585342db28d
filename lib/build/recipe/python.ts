import { parse } from 'smol-toml';
import * as z from 'zod';
import { refusal } from '../../image/refusal.ts';

/** https://packaging.python.org/en/latest/specifications/pyproject-toml/ */
const Pyproject = z.looseObject({
  'build-system': z.unknown().optional(),
  project: z
    .looseObject({
      dependencies: z.array(z.string()).default([]),
      dynamic: z.array(z.string()).default([]),
      scripts: z.record(z.string(), z.string()).default({}),
      'requires-python': z.string().optional(),
    })
    .optional(),
  tool: z.record(z.string(), z.unknown()).default({}),
});
export type Pyproject = z.infer<typeof Pyproject>;

/** What pyproject.toml says; undefined where there is none. Throws one line where it is no TOML, or not what it should be. */
export function readPyproject(text: string | undefined): Pyproject | undefined {
  if (text === undefined) return undefined;
  try {
    return Pyproject.parse(parse(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw refusal(`pyproject.toml: ${why.split('\n')[0]}`, cause);
  }
}

export type PythonManager = 'uv' | 'pip';

/** Who installs, by the lockfile that is there. Without one only what depends on nothing is taken: the same commit must give the same image. */
export function pythonManager(pyproject: Pyproject | undefined, exists: (path: string) => boolean): PythonManager {
  const hasUv = exists('uv.lock');
  const hasRequirements = exists('requirements.txt');
  if (hasUv && hasRequirements) throw refusal('there are uv.lock and requirements.txt: keep one');
  if (hasUv) return 'uv';
  if (hasRequirements) return 'pip';
  const other = ['poetry.lock', 'Pipfile.lock', 'pdm.lock', 'pylock.toml'].find(exists);
  if (other !== undefined)
    throw refusal(`${other} is not read here: commit uv.lock, or requirements.txt exported from it`);
  const { dependencies = [], dynamic = [] } = pyproject?.project ?? {};
  if (dependencies.length > 0 || dynamic.includes('dependencies'))
    throw refusal('there is no lockfile: commit uv.lock (uv lock), or requirements.txt (uv pip compile)');
  return 'pip';
}

/** Throws at the first line of requirements.txt that leaves the version open: installed tomorrow it would be another program. */
export function requirePinned(requirements: string): void {
  const lines = requirements.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/);
  const open = lines
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .find(
      (line) =>
        line !== '' && !line.startsWith('-') && !/===?\s*[\w.!+-]+(?![\w.*])|@\s*\S+/.test(line.split(';')[0] ?? ''),
    );
  if (open !== undefined)
    throw refusal(
      `requirements.txt leaves the version of ${open} open: pin it, with all that it needs (uv pip compile)`,
    );
}

/** Whether the project is installed as a package of its own, beside its files. */
export const isPackage = (pyproject: Pyproject | undefined): boolean => pyproject?.['build-system'] !== undefined;

/**
 * How a Python service is started: the script of pyproject.toml that is named, else the only one, else the one of the codebase's
 * own name, else main.py or app.py, else a package with `__main__.py`. Paths are below the image's working directory, where `packages` leads to
 * what was installed.
 */
export function pythonEntrypoint(
  pyproject: Pyproject | undefined,
  files: string[],
  codebase: string,
  named: string | undefined,
  packages = 'packages',
): string[] {
  const scripts = Object.keys(isPackage(pyproject) ? (pyproject?.project?.scripts ?? {}) : {});
  const script = (name: string): string[] => ['python3', `${packages}/bin/${name}`];
  if (named !== undefined) {
    if (scripts.includes(named)) return script(named);
    if (files.includes(named)) return ['python3', named];
    throw refusal(`there is no script ${named} in pyproject.toml: there is ${scripts.join(', ') || 'none'}`);
  }
  const [first, second] = scripts;
  if (first !== undefined && second === undefined) return script(first);
  if (scripts.includes(codebase)) return script(codebase);
  if (second !== undefined)
    throw refusal(`several scripts (${scripts.join(', ')}): name one by “binary:” in codebases.yml`);
  const file = ['main.py', 'app.py'].find((path) => files.includes(path));
  if (file !== undefined) return ['python3', file];
  // What lies in src is found by Python once it is installed.
  const place = isPackage(pyproject) ? /^(?:src\/)?([A-Za-z_]\w*)\/__main__\.py$/ : /^([A-Za-z_]\w*)\/__main__\.py$/;
  const modules = files.flatMap((path) => place.exec(path)?.[1] ?? []);
  const [module, another] = modules;
  if (module !== undefined && another === undefined) return ['python3', '-m', module];
  throw refusal(
    'nothing says how to start: give pyproject.toml a script ([project.scripts], with a [build-system]), or have a main.py',
  );
}

/** Which of the checks that a codebase configures are to be run. */
export function pythonChecks(pyproject: Pyproject | undefined, exists: (path: string) => boolean): string[] {
  const { ruff, mypy } = pyproject?.tool ?? {};
  const own = ['ruff.toml', '.ruff.toml'].some(exists);
  const formats = z.object({ format: z.unknown() }).safeParse(ruff).data?.format !== undefined;
  return [
    ...(ruff !== undefined || own ? ['ruff'] : []),
    ...(formats ? ['ruff-format'] : []),
    ...(mypy !== undefined || exists('mypy.ini') ? ['mypy'] : []),
  ];
}
