import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { bounded } from '../../lib/build/recipe/bounded.ts';
import { nodeEntrypoint } from '../../lib/build/recipe/entrypoint.ts';
import { goProgram, needsGoSum, programName } from '../../lib/build/recipe/go-program.ts';
import { goTestCases, goTestText } from '../../lib/build/recipe/go-test.ts';
import { nodeFromEngines } from '../../lib/build/recipe/node-version.ts';
import {
  pythonChecks,
  pythonEntrypoint,
  pythonManager,
  readPyproject,
  requirePinned,
} from '../../lib/build/recipe/python.ts';
import { reasonsOf } from '../../lib/build/recipe/reason.ts';

describe('Go', () => {
  const two = 'example.com/x/cmd/a cmd/a\nexample.com/x/cmd/b cmd/b\n';
  test.each([
    ['the only one', 'example.com/x/cmd/a cmd/a\n', 'shop', undefined, 'cmd/a'],
    ['the root', `${two}example.com/x .\n`, 'a', undefined, '.'],
    ['the one of the same name', two, 'b', undefined, 'cmd/b'],
    ['by folder', two, 'shop', './cmd/b/', 'cmd/b'],
    ['by import path', two, 'shop', 'example.com/x/cmd/b', 'cmd/b'],
    ['by its last word', two, 'shop', 'b', 'cmd/b'],
  ])('which program: %s', (_, listing, codebase, named, folder) => {
    expect(goProgram(listing, codebase, named).folder).toBe(folder);
  });

  test('which program: none, several, or one that is not there', () => {
    expect(() => goProgram('', 'shop', undefined)).toThrow('no package is main');
    expect(() => goProgram(two, 'shop', undefined)).toThrow('several main packages (cmd/a, cmd/b)');
    expect(() => goProgram(two, 'shop', 'c')).toThrow('there is no main package c: there is cmd/a, cmd/b');
  });

  test('what it is called: a major version is no name', () => {
    expect(['example.com/x/v2', 'example.com/x', 'x'].map(programName)).toEqual(['x', 'x', 'x']);
  });

  test('a go.sum is needed for what is not replaced by a folder', () => {
    const Require = [{ Path: 'example.com/a' }];
    const replaced = (to: string) => ({ Require, Replace: [{ Old: { Path: 'example.com/a' }, New: { Path: to } }] });
    expect(
      [{}, { Require }, replaced('../a'), replaced('example.com/b')].map((one) => needsGoSum(JSON.stringify(one))),
    ).toEqual([false, true, false, true]);
  });

  test('tests: subtests, skips, a package that does not compile, and lines that are no event', () => {
    // As go 1.26 printed it, times left out.
    const log = [
      { ImportPath: 'x/b', Action: 'build-output', Output: '# x/b\n' },
      { ImportPath: 'x/b', Action: 'build-output', Output: 'b/b.go:3:9: undefined: y\n' },
      { ImportPath: 'x/b', Action: 'build-fail' },
      { Action: 'fail', Package: 'x/b', Elapsed: 0, FailedBuild: 'x/b' },
      { Action: 'output', Package: 'x', Test: 'TestA/one', Output: '    a_test.go:7: 1 is not 2\n' },
      { Action: 'fail', Package: 'x', Test: 'TestA/one', Elapsed: 0.5 },
      { Action: 'fail', Package: 'x', Test: 'TestA', Elapsed: 0.5 },
      { Action: 'skip', Package: 'x', Test: 'TestB', Elapsed: 0 },
      { Action: 'pass', Package: 'x', Test: 'TestC', Elapsed: 0 },
      { Action: 'fail', Package: 'x', Elapsed: 1 },
    ].map((event) => JSON.stringify(event));
    expect(goTestCases([...log, 'no event', '{broken'].join('\n'))).toEqual([
      { name: 'the package itself', suite: 'x/b', status: 'failed', seconds: 0, text: 'b/b.go:3:9: undefined: y' },
      { name: 'TestA/one', suite: 'x', status: 'failed', seconds: 0.5, text: 'a_test.go:7: 1 is not 2' },
      { name: 'TestB', suite: 'x', status: 'skipped', seconds: 0 },
      { name: 'TestC', suite: 'x', status: 'passed', seconds: 0 },
    ]);
    expect(goTestText(log.join('\n'))).toContain('    a_test.go:7: 1 is not 2\n');
  });
});

describe('Python', () => {
  const packaged = (scripts: string) =>
    readPyproject(`[build-system]\nrequires = []\n[project]\nname = "x"\n[project.scripts]\n${scripts}`);
  test.each([
    ['the only script', packaged('a = "x:a"'), [], undefined, ['python3', 'packages/bin/a']],
    [
      'the script of the same name',
      packaged('a = "x:a"\nshop = "x:b"'),
      [],
      undefined,
      ['python3', 'packages/bin/shop'],
    ],
    ['the script named', packaged('a = "x:a"\nb = "x:b"'), [], 'b', ['python3', 'packages/bin/b']],
    ['main.py', undefined, ['app.py', 'main.py'], undefined, ['python3', 'main.py']],
    ['a package that runs', undefined, ['shop/__main__.py'], undefined, ['python3', '-m', 'shop']],
    ['one in src', packaged(''), ['src/shop/__main__.py'], undefined, ['python3', '-m', 'shop']],
  ])('how it starts: %s', (_, pyproject, files, named, expected) => {
    expect(pythonEntrypoint(pyproject, files, 'shop', named)).toEqual(expected);
  });

  test('what lies in src and is not installed is not found by Python', () => {
    expect(() => pythonEntrypoint(undefined, ['src/shop/__main__.py'], 'shop', undefined)).toThrow(
      'nothing says how to start',
    );
  });

  test('what pins a version, and what leaves it open', () => {
    const fine =
      '# all\nidna==3.10 \\\n  --hash=sha256:00\nx[y]==1.0 ; python_version < "3.9"\nz @ https://example.com/z.whl\n-r more.txt\n';
    expect(() => requirePinned(fine)).not.toThrow();
    for (const open of ['idna', 'idna>=3', 'idna==3.*', 'idna; python_version == "3.9"', 'idna<=3'])
      expect(() => requirePinned(`${fine}${open}\n`), open).toThrow('leaves the version of');
  });

  test('who installs, and which lockfile is not read', () => {
    const has =
      (...files: string[]) =>
      (path: string) =>
        files.includes(path);
    expect(pythonManager(undefined, has('uv.lock'))).toBe('uv');
    expect(pythonManager(undefined, has('requirements.txt'))).toBe('pip');
    expect(() => pythonManager(undefined, has('poetry.lock'))).toThrow('poetry.lock is not read here');
    expect(() => readPyproject('[project')).toThrow(/^pyproject\.toml: /);
  });

  test('which checks are configured', () => {
    expect(pythonChecks(readPyproject('[tool.ruff.format]\n[tool.mypy]\n'), () => false)).toEqual([
      'ruff',
      'ruff-format',
      'mypy',
    ]);
    expect(pythonChecks(undefined, (path) => path === 'ruff.toml')).toEqual(['ruff']);
    expect(pythonChecks(undefined, () => false)).toEqual([]);
  });
});

describe('Node', () => {
  test.each([
    ['>=20', 'v24.1.0', ''],
    [undefined, 'v24.1.0', ''],
    ['^22.3', 'v24.1.0', '22'],
    ['18.x', 'v24.1.0', '18.0.0'],
  ])('engines %s with %s', (node, here, expected) => {
    expect(nodeFromEngines(JSON.stringify({ engines: { node } }), here)).toBe(expected);
  });

  test('a range that is none', () => {
    expect(() => nodeFromEngines('{"engines":{"node":"newest"}}', 'v24.1.0')).toThrow('no range of versions');
  });

  test('a program of bin: the only one, that of the same name, the one named', () => {
    const start = (bin: unknown, codebase?: string, named?: string) =>
      nodeEntrypoint(JSON.stringify({ name: '@a/x', bin, main: 'm.js' }), () => false, codebase, named);
    expect(start('./x.js')).toEqual(['node', './x.js']);
    expect(start({ a: 'a.js', b: 'b.js' }, 'b')).toEqual(['node', 'b.js']);
    expect(start({ a: 'a.js', b: 'b.js' }, 'shop', 'a')).toEqual(['node', 'a.js']);
    expect(() => start({ a: 'a.js', b: 'b.js' }, 'shop')).toThrow('several programs (a, b)');
    expect(() => start({ a: 'a.js' }, 'shop', 'c')).toThrow('no program c: there is a');
  });
});

describe('what is kept of a step', () => {
  test('all reasons in one line, each with its share', () => {
    expect(reasonsOf('fmt: a\ntest: b\n')).toBe('fmt: a; test: b');
    // Whichever was first: they run side by side.
    expect(reasonsOf('build: c\ntest failed with exit status 1: b\nvet: a\n')).toBe(
      'vet: a; test failed with exit status 1: b; build: c',
    );
    const long = reasonsOf([1, 2, 3].map((n) => `${n}${'x'.repeat(199)}`).join('\n'));
    expect(long.length).toBeLessThanOrEqual(300);
    expect(long).toMatch(/^1x+…; 2x+…; 3x+…$/);
  });

  test('beginning and end of a long output, byte for byte, and how much lies between', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'drover-test-'));
    const chunks = [
      Buffer.from([0xff, 0x41]),
      ...Array.from({ length: 100 }, () => Buffer.alloc(100_000, 'x')),
      Buffer.from('end\n'),
    ];
    const to = new PassThrough();
    const shown: Buffer[] = [];
    to.on('data', (chunk: Buffer) => shown.push(chunk));
    await bounded(Readable.from(chunks), to, join(folder, 'log'));
    const log = readFileSync(join(folder, 'log'));
    rmSync(folder, { recursive: true });
    expect(Buffer.concat(shown).equals(log)).toBe(true);
    expect([log[0], log[1], log.subarray(-4).toString()]).toEqual([0xff, 0x41, 'end\n']);
    expect(log.toString('latin1')).toContain(
      `\n\xe2\x80\xa6 ${10_000_006 - 4_000_000 - 50_000} bytes of output are left out`,
    );
  });
});
