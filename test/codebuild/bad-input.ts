// Over 150 lines: a table of what developers commit, each with the one line that they are told.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { BuildAnswer } from '../../lib/build/build-answer.ts';
import { failureReason } from '../../lib/build/failure-reason.ts';
import { missingTools } from '../../local/tools.ts';
import type { GitRepository } from './git-repository.ts';
import type { Recipes } from './recipe-service.ts';
import { files as crate, lockOf, packageOf } from './rust-sample.ts';

const lock = (name: string) =>
  JSON.stringify({ name, version: '1.0.0', lockfileVersion: 3, packages: { '': { name, version: '1.0.0' } } });
const node = (more: object = {}) => ({
  'package.json': JSON.stringify({
    name: 'x',
    version: '1.0.0',
    private: true,
    scripts: { start: 'node a.js' },
    ...more,
  }),
  'package-lock.json': lock('x'),
  'a.js': 'console.log(1);\n',
});
const go = { 'go.mod': 'module example.com/x\n\ngo 1.20\n' };
const main = 'package main\n\nfunc main() {}\n';
const project = (more: string) => `[project]\nname = "x"\nversion = "1"\n${more}\n`;

const alone = lockOf(['app', '1.0.0', []]);
const late = "still running when the build's time was nearly up, so it was ended";

type Case = {
  name: string;
  language: 'node' | 'go' | 'python' | 'rust';
  files: Record<string, string>;
  /** Tried in the unit tier, which has Node alone; the others are in the real tier. */
  quick?: true;
  /** What codebases.yml and the project say of it. */
  said?: Record<string, string>;
  /** What cannot be said as text, done in the repository before the commit. */
  also?: (repository: GitRepository) => void;
  reason: RegExp | string;
};

const cases: Case[] = [
  {
    name: 'a submodule',
    quick: true,
    language: 'node',
    files: node(),
    also: ({ git }) => git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},libs/theirs`),
    reason: 'commit: libs/theirs is a git submodule, whose files a build does not get',
  },
  {
    name: 'a pointer of LFS',
    quick: true,
    language: 'node',
    files: {
      ...node(),
      '-logo.png': `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 7\n`,
    },
    reason: 'commit: -logo.png is a pointer to Git LFS',
  },
  {
    name: 'a symlink out of the tree',
    language: 'node',
    files: node(),
    also: ({ folder, git }) => {
      symlinkSync('/etc/hostname', join(folder, 'out'));
      git('add', 'out');
    },
    reason: 'image: the link out points out of the tree, to /etc/hostname',
  },
  {
    name: 'a program that is not there',
    language: 'node',
    files: node({ scripts: {}, bin: { one: 'a.js', two: 'a.js' } }),
    reason: /^image: several programs \(one, two\): name one by “binary:” in codebases\.yml$/,
  },
  {
    name: 'engines that no Node fits',
    language: 'node',
    files: node({ engines: { node: '<4' } }),
    reason: /^install: the codebase asks for Node 0\.0\.0: nothing older than Node 20 is built/,
  },
  {
    name: 'checks that fail together',
    quick: true,
    language: 'node',
    files: node({
      scripts: { start: 'node a.js', lint: 'echo lint error: tabs; false', test: 'echo error: sums; false' },
    }),
    reason: /^check failed with exit status 1: .*lint error: tabs; test failed with exit status 1: .*error: sums/,
  },
  {
    name: '100 MB of output that is no UTF-8',
    language: 'node',
    files: node({
      scripts: {
        start: 'node a.js',
        test: "head -c 100000000 /dev/zero | tr '\\000' '\\377'; echo; echo 'error: at the end'; exit 3",
      },
    }),
    reason: /^test failed with exit status [13]: error: at the end/,
  },
  {
    name: 'no package.json',
    language: 'node',
    files: { 'a.js': '' },
    reason: 'install: there is no package.json',
  },
  {
    name: 'a test that hangs',
    language: 'node',
    said: { DROVER_SECONDS: '25' },
    files: node({ scripts: { start: 'node a.js', test: 'echo waiting for godot; sleep 300 & sleep 300' } }),
    reason: `test: ${late}; it said last: waiting for godot`,
  },
  {
    name: 'a test that hangs',
    language: 'go',
    said: { DROVER_SECONDS: '40' },
    files: {
      ...go,
      'main.go': main,
      'main_test.go': `package main\n\nimport (\n\t"testing"\n\t"time"\n)\n\nfunc TestHangs(t *testing.T) { time.Sleep(time.Hour) }\n`,
    },
    reason: `test: ${late}`,
  },
  {
    name: 'no Cargo.toml',
    language: 'rust',
    files: { 'main.rs': '' },
    reason: 'install: there is no Cargo.toml',
  },
  {
    name: 'no Cargo.lock',
    language: 'rust',
    files: { 'Cargo.toml': packageOf('app', '1.0.0'), 'src/main.rs': 'fn main() {}\n' },
    reason: 'install: there is no Cargo.lock: a service commits it',
  },
  {
    name: 'a Cargo.lock of another time',
    language: 'rust',
    files: crate({ 'Cargo.lock': alone }),
    reason: /^install failed with exit status 101: error: .*--locked/,
  },
  {
    name: 'no binary',
    language: 'rust',
    files: { 'Cargo.toml': packageOf('app', '1.0.0'), 'Cargo.lock': alone, 'src/lib.rs': '' },
    reason: 'install: no package has a binary: a service needs one (src/main.rs)',
  },
  {
    name: 'several binaries',
    language: 'rust',
    files: {
      'Cargo.toml': packageOf('app', '1.0.0'),
      'Cargo.lock': alone,
      'src/bin/one.rs': 'fn main() {}\n',
      'src/bin/two.rs': 'fn main() {}\n',
    },
    reason:
      'install: several binaries (one, two): name one by default-run in Cargo.toml, or by “binary:” in codebases.yml',
  },
  {
    name: 'a toolchain that is not to be had',
    language: 'rust',
    files: { ...crate(), 'rust-toolchain.toml': '[toolchain]\nchannel = "1.999.0"\n' },
    reason: /^install.*1\.999\.0/,
  },
  {
    name: 'a test that the kernel kills',
    language: 'node',
    files: node({ scripts: { start: 'node a.js', test: 'sh -c "kill -9 \\$\\$"' } }),
    reason: 'test: killed, as a machine does when its memory is used up (“compute:” names a larger one)',
  },
  {
    name: 'a test that fills the memory',
    language: 'node',
    files: {
      ...node({ scripts: { start: 'node a.js', test: 'node --max-old-space-size=30 fill.js' } }),
      'fill.js': 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length));\n',
    },
    reason: /^test: out of memory: .*heap out of memory/,
  },
  { name: 'no go.mod', language: 'go', files: { 'main.go': main }, reason: 'install: there is no go.mod' },
  {
    name: 'no main package',
    language: 'go',
    files: { ...go, 'x.go': 'package x\n' },
    reason: 'install: no package is main',
  },
  {
    name: 'several main packages',
    language: 'go',
    files: { ...go, 'cmd/a/main.go': main, 'cmd/b/main.go': main },
    reason: 'install: several main packages (cmd/a, cmd/b): name one by “package:” in codebases.yml',
  },
  {
    name: 'a Go that is not to be had',
    language: 'go',
    files: { 'go.mod': 'module example.com/x\n\ngo 1.999\n', 'main.go': main },
    reason: /^install: .*1\.999/,
  },
  {
    name: 'no go.sum',
    language: 'go',
    files: { 'go.mod': `${go['go.mod']}\nrequire example.com/none v1.0.0\n`, 'main.go': main },
    reason: /^install: there is no go\.sum/,
  },
  {
    name: 'no Python project',
    language: 'python',
    files: { 'main.py': '' },
    reason: 'install: there is neither pyproject.toml nor requirements.txt',
  },
  {
    name: 'no lockfile of Python',
    language: 'python',
    files: { 'pyproject.toml': project('dependencies = ["idna"]'), 'main.py': '' },
    reason: 'install: there is no lockfile: commit uv.lock (uv lock)',
  },
  {
    name: 'two lockfiles of Python',
    language: 'python',
    files: { 'pyproject.toml': project(''), 'uv.lock': '', 'requirements.txt': '', 'main.py': '' },
    reason: 'install: there are uv.lock and requirements.txt: keep one',
  },
  {
    name: 'a version left open',
    language: 'python',
    files: { 'requirements.txt': 'idna==3.10  # fine\nflask>=3\n', 'main.py': '' },
    reason: 'install: requirements.txt leaves the version of flask>=3 open',
  },
  {
    name: 'no way to start',
    language: 'python',
    files: { 'pyproject.toml': project(''), 'lib.py': '' },
    reason: 'install: nothing says how to start',
  },
  {
    name: 'several scripts',
    language: 'python',
    files: { 'pyproject.toml': `[build-system]\nrequires = []\n${project('[project.scripts]\na = "x:a"\nb = "x:b"')}` },
    reason: 'install: several scripts (a, b): name one by “binary:” in codebases.yml',
  },
  {
    name: 'a Python that is not there',
    language: 'python',
    files: { '.python-version': '3.1\n', 'pyproject.toml': project(''), 'main.py': '' },
    reason: 'install: the codebase asks for Python 3.1, which is not on this machine',
  },
];

const toolOf = { node: 'node', go: 'go', python: 'python3', rust: 'cargo' };

/** Those whose language this machine has. */
export const tried = cases.filter(({ language }) => missingTools([toolOf[language]]).length === 0);

/** Tried on a disk of its own, in the real tier. */
export const fillsTheDisk: Case = {
  name: 'a test that fills the disk',
  language: 'node',
  files: node({ scripts: { start: 'node a.js', test: 'dd if=/dev/zero of=all bs=1M count=10000' } }),
  reason: /^test: the disk is full: dd: .*No space left on device/,
};

/** Builds the case: it must fail with its one line, and nothing may be pushed. */
export async function endsInOneLine(
  recipes: Recipes,
  { name, language, files, also, said: given = {}, reason }: Case,
): Promise<void> {
  const codebase = `${language}-${name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}`;
  const { repository, build } = recipes.codebase(codebase, language, undefined, given);
  repository.commit(files);
  also?.(repository);
  repository.git('commit', '--quiet', '--allow-empty', '--message', 'also');
  const commit = repository.git('rev-parse', 'HEAD');

  const { done, exported } = await build(commit);

  expect(done.buildStatus).toBe('FAILED');
  const said = failureReason(BuildAnswer.parse(done));
  if (typeof reason === 'string') expect(said).toContain(reason);
  else expect(said).toMatch(reason);
  expect(said).not.toMatch(/\p{Cc}/u);
  expect(exported.DROVER_DIGEST).toBeUndefined();
  expect(await recipes.imageAt(codebase, commit)).toBeUndefined();
  expect(recipes.lines.length).toBeLessThan(10_000);
}
