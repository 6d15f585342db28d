import { basename, dirname, posix } from 'node:path';
import { cargoBinary } from '../../lib/build/recipe/cargo-binary.ts';
import { nodeEntrypoint } from '../../lib/build/recipe/entrypoint.ts';
import { goProgram, needsGoSum } from '../../lib/build/recipe/go-program.ts';
import { nodeFromEngines } from '../../lib/build/recipe/node-version.ts';
import { pythonEntrypoint, pythonManager, readPyproject, requirePinned } from '../../lib/build/recipe/python.ts';
import { pythonWorkspace } from '../../lib/build/recipe/python-workspace.ts';
import { nodeWorkspace } from '../../lib/build/recipe/workspaces.ts';
import type { Program } from '../git.ts';
import { asRecipe, type Examined, type Finding, missing, note, right } from './finding.ts';
import type { Repository } from './repository.ts';

// Over 150 lines: what the recipes take for granted, side by side; each answer comes from their own code.

/** What codebases.yml would say of it. */
type Asked = { codebase: string; package: string | undefined; binary: string | undefined };

export type Examine = (repository: Repository, asked: Asked, program: Program) => Examined | Promise<Examined>;

/** Files that tell a language, at the root. */
export const tells: Record<string, readonly string[]> = {
  go: ['go.mod'],
  node: ['package.json'],
  python: ['pyproject.toml', 'requirements.txt'],
  rust: ['Cargo.toml'],
  dockerfile: ['Dockerfile'],
};

export const examineAs: Record<string, Examine> = {
  node: (repository, { codebase, package: chosen, binary }) => {
    const { files, read } = repository;
    const folders = [...files].filter((path) => basename(path) === 'package.json').map(dirname);
    const broken = whyNoJson(read('package.json'));
    if (broken !== undefined) return [missing('manifest', `package.json is no JSON: ${broken}`)];
    let service = '.';
    const found: Examined = [
      manifest(repository, 'package.json'),
      nodeLock(repository),
      asRecipe('version', () => nodeVersion(repository)),
      asRecipe('package', () => {
        service = nodeWorkspace(read, folders, codebase, chosen).needed.at(-1) ?? '.';
        return service === '.' ? 'the root' : service;
      }),
    ];
    const text = read(posix.join(service, 'package.json')) ?? '{}';
    const scripts = scriptsIn(text);
    return [
      ...found,
      asRecipe('program', () =>
        nodeEntrypoint(text, isThere(repository, service, scripts, text), codebase, binary).join(' '),
      ),
      scripts.test === undefined
        ? note('tests', 'package.json has no test script: nothing is tested')
        : right('tests', `${scripts.test}`),
    ];
  },

  python: ({ files, read }, { codebase, package: chosen, binary }) => {
    const pyproject = (folder = '.') => readPyproject(read(posix.join(folder, 'pyproject.toml')));
    const folders = [...files].filter((path) => basename(path) === 'pyproject.toml').map(dirname);
    let service = '.';
    const wanted = read('.python-version')?.split('\n')[0]?.trim();
    return [
      asRecipe('manifest', () => (pyproject() === undefined ? 'requirements.txt' : 'pyproject.toml')),
      asRecipe('lockfile', () => {
        const manager = pythonManager(pyproject(), (path) => files.has(path));
        const requirements = read('requirements.txt');
        if (manager === 'uv') return 'uv.lock';
        if (requirements === undefined) return 'none is needed: it depends on nothing';
        requirePinned(requirements);
        return 'requirements.txt';
      }),
      wanted ? right('version', `Python ${wanted}, by .python-version`) : note('version', noVersion('.python-version')),
      asRecipe('package', () => {
        service = pythonWorkspace(read, folders, chosen).at(-1)?.folder ?? '.';
        return service === '.' ? 'the root' : service;
      }),
      asRecipe('program', () => {
        const own = service === '.' ? '' : `${service}/`;
        const below = [...files].flatMap((path) => (path.startsWith(own) ? [path.slice(own.length)] : []));
        return pythonEntrypoint(pyproject(service), below, codebase, binary).join(' ');
      }),
      testsNamed(files, /(?:^|\/)(?:test[^/]*|[^/]*_test)\.py$/),
    ];
  },

  rust: async (repository, { codebase, package: chosen, binary }, program) => {
    const { files, read } = repository;
    // Read alone: no lockfile is made, and no toolchain is brought.
    const told = await program(
      'cargo',
      repository.folder,
      ['metadata', '--no-deps', '--offline', '--format-version', '1'],
      {
        RUSTUP_AUTO_INSTALL: '0',
      },
    );
    const toolchain = ['rust-toolchain.toml', 'rust-toolchain'].find((path) => files.has(path));
    return [
      manifest(repository, 'Cargo.toml'),
      lock(repository, 'Cargo.lock', 'there is no Cargo.lock: a service commits it'),
      toolchain ? right('version', toolchain) : note('version', noVersion('rust-toolchain.toml')),
      told === undefined
        ? note('program', 'cargo is not on this machine: which binary is taken is not known here')
        : told.code !== 0
          ? ofCargo(lastLine(told.err))
          : asRecipe('program', () => {
              const { package: one, binary: name } = cargoBinary(told.out, codebase, binary, chosen);
              return `${name}, of the package ${one}`;
            }),
      [...files].some((path) => path.endsWith('.rs') && /#\[(?:\w+::)?test\b/.test(read(path) ?? ''))
        ? right('tests', 'cargo test, and the doctests')
        : note('tests', 'there is no #[test]: only doctests are run'),
    ];
  },

  go: async (repository, { codebase, package: chosen, binary }, program) => {
    const { folder, files } = repository;
    // Nothing is fetched, and no toolchain is brought.
    const quiet = { GOPROXY: 'off', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly' };
    const go = (...args: string[]) => program('go', folder, args, quiet);
    const edited = await go('mod', 'edit', '-json');
    if (edited !== undefined && edited.code !== 0)
      return [missing('manifest', (edited.err.trim().split('\n').at(-1) ?? '').replace(`${folder}/`, ''))];
    const listed = await go('list', '-e', '-f', '{{if eq .Name "main"}}{{.ImportPath}} {{.Dir}}{{end}}', './...');
    const version = /^go (\S+)/m.exec(repository.read('go.mod') ?? '')?.[1];
    const noGo = (about: string) => note(about, 'go is not on this machine: it is not known here');
    return [
      manifest(repository, 'go.mod'),
      edited === undefined
        ? noGo('lockfile')
        : !needsGoSum(edited.out)
          ? right('lockfile', 'none is needed: it depends on nothing')
          : lock(repository, 'go.sum', 'there is no go.sum: commit it (go mod tidy)'),
      version ? right('version', `Go ${version}, by go.mod`) : note('version', noVersion('a “go” line in go.mod')),
      listed === undefined
        ? noGo('program')
        : listed.code !== 0
          ? note('program', `which program is taken is not known here: ${lastLine(listed.err)}`)
          : asRecipe('program', () => {
              const lines = listed.out.replaceAll(new RegExp(` ${escaped(folder)}(/|$)`, 'gm'), (_, slash) =>
                slash ? ' ' : ' .',
              );
              return goProgram(lines, codebase, chosen ?? binary).path;
            }),
      testsNamed(files, /_test\.go$/),
    ];
  },

  dockerfile: (repository, { package: chosen, binary }) => {
    const path = posix.normalize(chosen ?? '.');
    const file = repository.files.has(path) ? path : posix.join(path, 'Dockerfile');
    const text = repository.read(file);
    if (text === undefined) return [missing('manifest', `there is no ${file}`)];
    const stages = [...text.matchAll(/^\s*FROM\s+\S.*?(?:\s+AS\s+(\S+))?\s*$/gim)].map(([, name]) =>
      name?.toLowerCase(),
    );
    const last = text.slice(text.search(/^\s*FROM\s(?![\s\S]*^\s*FROM\s)/im));
    return [
      right('manifest', file),
      binary !== undefined && !stages.includes(binary.toLowerCase())
        ? missing('program', `there is no stage ${binary} in ${file}`)
        : right('program', binary === undefined ? 'the last stage' : `the stage ${binary}`),
      ...(/^\s*USER\s/im.test(last)
        ? []
        : [note('user', `the last stage of ${file} sets no USER: it is refused unless its base does`)]),
      stages.includes('test')
        ? right('tests', 'the stage “test”')
        : note('tests', `no stage of ${file} is called “test”: nothing is tested`),
    ];
  },
};

/** What a build has where the codebase asks for no other (buildspec/node.yml, `runtime-versions`). */
export const recipeNode = 24;

const noVersion = (file: string): string =>
  `nothing names one (${file}): the build takes the newest that the recipe knows`;

const manifest = (repository: Repository, path: string): Finding =>
  lock(repository, path, `there is no ${path}`, 'manifest');

function lock(repository: Repository, path: string, otherwise: string, about = 'lockfile'): Finding {
  if (repository.files.has(path)) return right(about, path);
  return missing(about, repository.isLeftOut(path) ? `${path} is here, but not in git: commit it` : otherwise);
}

/** By the rule and in the words of the recipe (buildspec/shared/node.sh). */
function nodeLock(repository: Repository): Finding {
  const managers = { npm: ['package-lock.json', 'npm-shrinkwrap.json'], pnpm: ['pnpm-lock.yaml'], yarn: ['yarn.lock'] };
  const found = Object.entries(managers).flatMap(([manager, paths]) => {
    const path = paths.find((one) => repository.files.has(one));
    return path === undefined ? [] : [{ manager, path }];
  });
  const [first, second] = found;
  if (first && second)
    return missing('lockfile', `there are lockfiles of ${found.map(({ manager }) => manager).join(' ')}: keep one`);
  if (first) return right('lockfile', first.path);
  const left = Object.values(managers).flat().find(repository.isLeftOut);
  return missing(
    'lockfile',
    left
      ? `${left} is here, but not in git: commit it`
      : 'there is no lockfile: commit package-lock.json (or pnpm-lock.yaml, or yarn.lock)',
  );
}

function nodeVersion({ read }: Repository): string {
  for (const file of ['.nvmrc', '.node-version']) {
    const wanted = read(file)?.split('\n')[0]?.trim();
    if (wanted) return `Node ${wanted}, by ${file}`;
  }
  const asked = nodeFromEngines(read('package.json') ?? '{}', `v${recipeNode}.999.0`);
  return asked === '' ? `Node ${recipeNode}, the recipe's own` : `Node ${asked}, by “engines” of package.json`;
}

/** What a build makes may be what starts: it is not in git. */
function isThere(
  { files }: Repository,
  folder: string,
  scripts: Record<string, string>,
  text: string,
): (path: string) => boolean {
  const main = scripts.build === undefined ? undefined : fieldsOf(text).main;
  return (path) => path === main || files.has(posix.join(folder, path));
}

function whyNoJson(text = '{}'): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? Object.fromEntries(Object.entries(parsed)) : {};
  } catch {
    return {};
  }
}

function scriptsIn(text: string): Record<string, string> {
  const { scripts } = fieldsOf(text);
  if (typeof scripts !== 'object' || scripts === null) return {};
  return Object.fromEntries(
    Object.entries(scripts).filter((one): one is [string, string] => typeof one[1] === 'string'),
  );
}

function testsNamed(files: ReadonlySet<string>, pattern: RegExp): Finding {
  const found = [...files].filter((path) => pattern.test(path));
  return found.length > 0
    ? right('tests', `${found.length} test ${found.length === 1 ? 'file' : 'files'}`)
    : note('tests', 'there is no test file: nothing is tested');
}

/** What the machine lacks is none of the repository's: the build has another toolchain. */
const ofCargo = (line: string): Finding =>
  /rustup|toolchain/.test(line)
    ? note('program', `which binary is taken is not known here: ${line}`)
    : missing('program', `cargo metadata: ${line}`);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const lastLine = (text: string): string =>
  text
    .trim()
    .split('\n')
    .findLast((line) => line.startsWith('error')) ??
  text.trim().split('\n').at(-1) ??
  '';
