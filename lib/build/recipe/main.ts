// What the recipes ask that a shell says badly: `node recipe.mjs <question> …`. Bundled into one file; it needs Node 20 alone.
// Over 150 lines: it is the list of the questions, each with what it is given.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import * as z from 'zod';
import { ownPlatform } from '../../image/options.ts';
import { refusal } from '../../image/refusal.ts';
import { Failure } from '../../lambda/failure.ts';
import { factsText } from '../facts-text.ts';
import { junitCases } from '../junit.ts';
import { bounded, type Deadline } from './bounded.ts';
import { cargoBinary, hasDoctests } from './cargo-binary.ts';
import { enderOf, isGone } from './deadline.ts';
import { blamesCache, cacheSaid, dockerfileReason, lintReason } from './dockerfile.ts';
import { hasDependencies, nodeEntrypoint, packageManager } from './entrypoint.ts';
import { factsOf, withoutValues } from './facts.ts';
import { goProgram, needsGoSum, programName } from './go-program.ts';
import { goTestCases, goTestText } from './go-test.ts';
import { junitXml } from './junit-xml.ts';
import { libtestCases } from './libtest.ts';
import { nodeFromEngines } from './node-version.ts';
import { platformsOf } from './platforms.ts';
import { isPackage, pythonChecks, pythonEntrypoint, pythonManager, readPyproject, requirePinned } from './python.ts';
import { pythonWorkspace } from './python-workspace.ts';
import { reasonOf, reasonsOf } from './reason.ts';
import { runBeside } from './run-beside.ts';
import { nodeWorkspace } from './workspaces.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

/** The last five million bytes, which is more than `bounded` keeps. */
const readEnd = (path: string): string => {
  const bytes = readFileSync(path);
  return bytes.subarray(Math.max(0, bytes.length - 5_000_000)).toString('utf8');
};

/** Before anything is cut: of a secret that is cut in two, half would be told. */
const clean = (text: string): string => withoutValues(text, process.env);

const deadlineOf = (pidFile: string, ends: number): Deadline => ({
  after: Math.max(0, ends * 1_000 - Date.now()),
  end: enderOf(() => Number(read(pidFile))),
  grace: 5_000,
});

const casesIn = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.xml') && statSync(join(folder, name)).size < 20_000_000)
        .flatMap((name) => junitCases(read(join(folder, name))))
        .map((one) => ({ ...one, name: clean(one.name), ...(one.text === undefined ? {} : { text: clean(one.text) }) }))
    : [];

/** What codebases.yml says of this codebase (infra/build-project.ts). */
const said = (name: string): string | undefined => process.env[name] || undefined;
const codebase = said('DROVER_CODEBASE') ?? '';
const chosen = said('DROVER_PACKAGE');
const binary = said('DROVER_BINARY');
const readIfThere = (path: string) => (existsSync(path) ? read(path) : undefined);
const pyproject = (folder = '.') => readPyproject(readIfThere(join(folder, 'pyproject.toml')));

/** What a step left in a file, undefined where it left none. */
const left = (path: string): string | undefined => (existsSync(path) ? readEnd(path) : undefined);

/** What is known of the build so far, as one line. */
function facts(work: string, reports: string): string {
  const at = (name: string) => {
    const text = left(join(work, name));
    return text === undefined ? undefined : clean(text);
  };
  const cases = casesIn(reports);
  const found = factsOf({
    steps: at('steps') ?? '',
    cases: cases.length > 0 ? cases : undefined,
    cache: at('cache'),
    compiled: at('compiled'),
    imageBytes: at('image-bytes'),
    log: (step) => at(`${step}.log`),
  });
  return factsText(found);
}

const questions: Record<string, (...given: string[]) => string | Promise<string>> = {
  reason: (step = '', code = '', log = '', reports = '') =>
    reasonOf(step, Number(code), clean(readEnd(log)), reports ? casesIn(reports) : []),
  reasons: (path = '') => `${reasonsOf(read(path))}\n`,
  facts: (work = '', reports = '') => facts(work, reports),
  // `pidFile` holds the step's process; without `ends`, seconds since 1970, a step may last.
  bounded: async (path = '', pidFile = '', ends = '') => {
    const own = { hasEnded: () => existsSync(pidFile) && isGone(Number(read(pidFile))), patience: 10_000 };
    await bounded(process.stdin, process.stdout, path, ends ? deadlineOf(pidFile, Number(ends)) : undefined, own);
    return '';
  },
  beside: async (script = '', ...chains) => {
    const [shared, work] = [said('shared') ?? '', said('work') ?? ''];
    await runBeside({ shared, work, cores: said('DROVER_CORES') }, script, chains);
    return '';
  },
  platforms: () => platformsOf(said('DROVER_PLATFORMS'), ownPlatform()).join(' '),
  'libtest-junit': (log = '') => junitXml(libtestCases(read(log))),
  'node-workspace': (files = '', which = '') => {
    const tracked = read(files).split('\0');
    const folders = tracked.filter((path) => basename(path) === 'package.json').map(dirname);
    const { needed, others } = nodeWorkspace(readIfThere, folders, codebase, chosen);
    return (which === 'others' ? others : needed).join('\n');
  },
  'node-entrypoint': (folder = '.') => {
    const exists = (path: string) => existsSync(join(folder, path));
    return JSON.stringify(nodeEntrypoint(read(join(folder, 'package.json')), exists, codebase, binary));
  },
  'dockerfile-reason': (log = '', file = '') => dockerfileReason(readEnd(log), file),
  'dockerfile-lint': (log = '', file = '') => lintReason(read(log), file) ?? '',
  'dockerfile-cache': (log = '') => cacheSaid(read(log)),
  'dockerfile-blames-cache': (log = '') => String(blamesCache(readEnd(log))),
  'node-from-engines': () => nodeFromEngines(read('package.json'), process.version),
  'node-has-dependencies': (folder = '.') => String(hasDependencies(read(join(folder, 'package.json')))),
  'node-package-manager': () => packageManager(read('package.json')),
  'node-script': (name = '', folder = '.') => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()).default({}) })
      .parse(JSON.parse(read(join(folder, 'package.json'))));
    return scripts[name] ?? '';
  },
  'cargo-binary': (metadata = '', name = '', named = '') => {
    const { package: one, binary: program } = cargoBinary(read(metadata), name, named || undefined, chosen);
    return `${one} ${program}`;
  },
  'go-needs-sum': () => String(needsGoSum(read('/dev/stdin'))),
  'go-program': (listing = '') => {
    const { path, folder } = goProgram(read(listing), codebase, chosen ?? binary);
    return `${path} ${folder} ${programName(path)}`;
  },
  'go-junit': (log = '') => junitXml(goTestCases(read(log))),
  'go-text': (log = '') => goTestText(read(log)),
  'python-manager': () => {
    const manager = pythonManager(pyproject(), existsSync);
    if (manager === 'pip' && chosen !== undefined)
      throw refusal('“package:” is for the packages of a uv workspace: there is no uv.lock');
    if (manager === 'pip' && existsSync('requirements.txt')) requirePinned(read('requirements.txt'));
    return manager;
  },
  // `folder name` of each package that is needed.
  'python-workspace': (files = '') => {
    const folders = read(files)
      .split('\0')
      .filter((path) => basename(path) === 'pyproject.toml')
      .map(dirname);
    return pythonWorkspace(readIfThere, folders, chosen)
      .map(({ folder, name }) => `${folder} ${name}`)
      .join('\n');
  },
  'python-is-package': (folder = '.') => String(isPackage(pyproject(folder))),
  'python-checks': () => pythonChecks(pyproject(), existsSync).join(' '),
  'python-entrypoint': (files = '', folder = '.') => {
    const own = folder === '.' ? '' : `${folder}/`;
    const below = read(files)
      .split('\0')
      .flatMap((path) => (path.startsWith(own) ? [path.slice(own.length)] : []));
    const packages = posix.relative(folder, 'packages');
    return JSON.stringify(pythonEntrypoint(pyproject(folder), below, codebase, binary, packages));
  },
  'cargo-has-doctests': (metadata = '') => String(hasDoctests(read(metadata))),
};

try {
  const [question = '', ...given] = process.argv.slice(2);
  const answer = questions[question];
  if (!answer) throw refusal(`no such question: ${question}`);
  const text = await answer(...given);
  if (text !== '') process.stdout.write(`${text}\n`);
} catch (error) {
  process.stderr.write(`drover: ${error instanceof Failure ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
