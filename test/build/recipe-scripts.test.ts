import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Artifact, proveUntouched } from '../../lib/build/cache/cargo-proof.ts';
import { hashSources } from '../../lib/build/cache/sources.ts';
import { writeFiles } from '../../lib/template/files.ts';
import { gitRepository, newFolder } from '../codebuild/git-repository.ts';

const root = new URL('../..', import.meta.url).pathname;
const { folder, remove } = newFolder();
afterAll(remove);

/** What a step of the Node recipe says, with a package manager that says how it is called, and ends as `ends` does. */
function nodeStep(step: string, files: Record<string, string>, manager: string, ends = '') {
  const place = newFolder();
  writeFiles(place.folder, { ...files, needed: '.\n', 'recipe.mjs': `import '${root}lib/build/recipe/main.ts';` });
  writeFileSync(join(place.folder, manager), `#!/bin/sh\necho "$@"\n${ends}\n`, { mode: 0o755 });
  const env = {
    PATH: `${place.folder}:${process.env.PATH}`,
    CODEBUILD_SRC_DIR: place.folder,
    CODEBUILD_SRC_DIR_drover: place.folder,
    work: place.folder,
  };
  const words = [join(root, 'buildspec/shared/node.sh'), step];
  const { status, stdout } = spawnSync('bash', words, { cwd: place.folder, env, encoding: 'utf8' });
  place.remove();
  return { code: status, text: stdout.trim() };
}

describe('the scripts that recipes share', () => {
  test('begin in a clone that has no .git/info, and git does not see what they leave', () => {
    const { folder: source, git, commit } = gitRepository(join(folder, 'clone'));
    commit({ 'a.txt': 'a' });
    rmSync(join(source, '.git/info'), { recursive: true, force: true });
    const tools = join(folder, 'tools');
    mkdirSync(join(tools, 'shared'), { recursive: true });
    writeFileSync(join(tools, 'recipe.mjs'), 'console.log("linux/arm64")');
    const env = { PATH: process.env.PATH, CODEBUILD_SRC_DIR: source, CODEBUILD_SRC_DIR_drover: tools };
    execFileSync('bash', ['-c', `. ${root}buildspec/shared/begin.sh && touch .drover/left`], { cwd: source, env });
    expect(git('status', '--short')).toBe('');
  });

  test.each([
    ['npm', 'package-lock.json', 'vitest run', /^run test -- --reporter=default .*-vitest\.xml$/],
    ['pnpm', 'pnpm-lock.yaml', 'vitest run --coverage', /^run test --reporter=default .*-vitest\.xml$/],
    ['yarn', 'yarn.lock', 'vitest run', /^run test --reporter=default .*-vitest\.xml$/],
    ['npm', 'package-lock.json', 'vitest run && node more.js', /^run test$/],
  ])('ask Vitest for a report by %s', (manager, lock, script, expected) => {
    const said = nodeStep(
      'test',
      { [lock]: '', 'package.json': JSON.stringify({ scripts: { test: script } }) },
      manager,
    );
    expect(said).toEqual({ code: 0, text: expect.stringMatching(expected) });
  });

  test('run every check of Node, whichever of them fails', () => {
    const scripts = { lint: 'x', check: 'x', typecheck: 'x' };
    const files = { 'package-lock.json': '', 'package.json': JSON.stringify({ scripts }) };
    const all = 'run lint\nrun check\nrun typecheck';
    expect(nodeStep('check', files, 'npm')).toEqual({ code: 0, text: all });
    expect(nodeStep('check', files, 'npm', '[ "$2" != lint ]')).toEqual({ code: 1, text: all });
  });

  test.each([
    [
      'is fetched on AWS, whose images lack it',
      'aws/codebuild/x',
      false,
      'install -y -q glibc-static libstdc++-static\n',
    ],
    ['is not fetched where it is', 'aws/codebuild/x', true, ''],
    ["is not fetched on a person's machine", 'local', false, ''],
  ])("Rust's static C library %s", (_, image, isThere, expected) => {
    const place = newFolder();
    const program = (name: string, text: string) =>
      writeFileSync(join(place.folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    program('cargo', '');
    program('rustc', 'echo host: aarch64-unknown-linux-gnu');
    program('cc', `exit ${isThere ? 0 : 1}`);
    program('dnf', 'echo "$@"');
    const env = {
      PATH: `${place.folder}:${process.env.PATH}`,
      CODEBUILD_BUILD_IMAGE: image,
      work: place.folder,
      platforms: 'linux/arm64',
      own_platform: 'linux/arm64',
    };
    const script = `. ${root}buildspec/shared/rust-toolchain.sh && echo "$rust_targets" >&2`;
    expect(execFileSync('bash', ['-c', script], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })).toBe(
      expected,
    );
    place.remove();
  });

  test.each([
    ['as few names as there are where the builder is new', { CODEBUILD_BUILD_IMAGE: 'aws/codebuild/x' }, false],
    [
      'a name for each commit on a machine that stays',
      { CODEBUILD_BUILD_IMAGE: 'aws/codebuild/x', DROVER_MACHINE: 'stays' },
      true,
    ],
    ["the same on a person's machine", { CODEBUILD_BUILD_IMAGE: 'local' }, true],
  ])("BuildKit's cache mounts have %s", (_, environment, expected) => {
    const place = newFolder();
    writeFiles(place.folder, { builder: 'buildx\n', 'recipe.mjs': `import '${root}lib/build/recipe/main.ts';` });
    writeFileSync(join(place.folder, 'docker'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
    const env = {
      PATH: `${place.folder}:${process.env.PATH}`,
      CODEBUILD_SRC_DIR_drover: place.folder,
      DROVER_COMMIT: 'c0ffee',
      DROVER_CODEBASE: 'shop',
      DROVER_REGISTRY: 'r.example',
      platforms: 'linux/arm64',
      work: place.folder,
      ...environment,
    };
    const said = execFileSync('bash', [join(root, 'buildspec/shared/dockerfile.sh'), 'check'], {
      env,
      encoding: 'utf8',
    });
    expect(said.includes('BUILDKIT_CACHE_MOUNT_NS=c0ffee')).toBe(expected);
    place.remove();
  });

  test.each([
    ['3.12.13', true],
    // Another patch of it: AWS's images have one of each minor version, and no person writes down which.
    ['3.12.4', true],
    ['3.12', true],
    ['3.1', false],
    ['3.13.1', false],
  ])('of Python 3.12.13 take what asks for %s: %s', (wanted, expected) => {
    const place = newFolder();
    const python = join(place.folder, 'python3');
    const text = `#!/bin/sh\ncase "$2" in *executable*) echo ${python} ;; *) echo 3.12.13 ;; esac\n`;
    writeFileSync(python, text, { mode: 0o755 });
    writeFileSync(join(place.folder, '.python-version'), `${wanted}\n`);
    const env = { PATH: `${place.folder}:/usr/bin:/bin`, HOME: place.folder, work: place.folder, kept: place.folder };
    const script = `. ${root}buildspec/shared/python-toolchain.sh; echo "$python"`;
    const said = execFileSync('bash', ['-c', script], { cwd: place.folder, env, encoding: 'utf8' }).trim();
    expect(said).toBe(expected ? python : '');
    place.remove();
  });

  test('a cache that cannot be kept is a line, and the build as good', () => {
    writeFileSync(join(folder, 'broken.sh'), 'exit 3');
    const env = { PATH: process.env.PATH, shared: folder };
    const said = execFileSync('bash', [join(root, 'buildspec/shared/keep.sh'), 'broken.sh'], { env, encoding: 'utf8' });
    expect(said).toBe('cache: not kept: broken.sh ended with 3\n');
  });
});

describe('a Rust program', () => {
  test('is refused where a source of it, and no other file, was changed while it was built', async () => {
    const source = join(folder, 'app');
    const made = join(source, 'target/release/app');
    mkdirSync(join(source, 'target/release'), { recursive: true });
    for (const name of ['main.rs', 'notes.txt']) writeFileSync(join(source, name), 'before');
    const sources = await hashSources(source, [join(source, 'target')]);
    writeFileSync(made, '');
    writeFileSync(`${made}.d`, `${made}: ${join(source, 'main.rs')} /elsewhere/lib.rs\n`);
    const target = { name: 'app', kind: ['bin'] };
    const artifact: Artifact = {
      reason: 'compiler-artifact',
      package_id: '',
      target,
      filenames: [made],
      executable: made,
      fresh: false,
    };
    const proof = () => proveUntouched([artifact], source, sources);

    writeFileSync(join(source, 'notes.txt'), 'after');
    await proof();
    writeFileSync(join(source, 'main.rs'), 'after');
    await expect(proof()).rejects.toThrow('main.rs was changed while it was built: not pushed');
    rmSync(join(source, 'main.rs'));
    await expect(proof()).rejects.toThrow('main.rs was changed while it was built: not pushed');
  });
});
