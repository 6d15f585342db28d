import { describe, expect, test } from 'vitest';
import { junitCases } from '../../lib/build/junit.ts';
import { cargoBinary, hasDoctests } from '../../lib/build/recipe/cargo-binary.ts';
import { nodeEntrypoint } from '../../lib/build/recipe/entrypoint.ts';
import { junitXml } from '../../lib/build/recipe/junit-xml.ts';
import { libtestCases } from '../../lib/build/recipe/libtest.ts';
import { reasonOf, reasonsOf } from '../../lib/build/recipe/reason.ts';

/** What cargo 1.95 printed for a package with a failing unit test. */
const libtest = `   Compiling stamp v1.0.0 (/src)
     Running unittests src/lib.rs (target/debug/deps/stamp-1)

running 3 tests
test tests::knows_no_other_path ... ignored
test tests::says_its_commit ... FAILED
test tests::is_ready ... ok

failures:

---- tests::says_its_commit stdout ----

thread 'tests::says_its_commit' (7) panicked at src/lib.rs:41:9:
assertion \`left == right\` failed
  left: "a<b"
 right: "c"
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace


failures:
    tests::says_its_commit

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

   Doc-tests stamp
test src/lib.rs - answer (line 12) ... ok
`;

describe('tests', () => {
  test("of Rust's harness, and the same through JUnit", () => {
    const cases = libtestCases(libtest);
    expect(cases.map(({ name, suite, status }) => [name, suite, status])).toEqual([
      ['tests::knows_no_other_path', 'src/lib.rs', 'skipped'],
      ['tests::says_its_commit', 'src/lib.rs', 'failed'],
      ['tests::is_ready', 'src/lib.rs', 'passed'],
      ['src/lib.rs - answer (line 12)', 'stamp', 'passed'],
    ]);
    expect(cases[1]?.text).toMatch(/^src\/lib.rs:41:9: assertion `left == right` failed\n {2}left: "a<b"/);
    expect(junitCases(junitXml(cases))).toEqual(cases);
  });

  test('of any JUnit: entities, CDATA, single quotes, errors, and what is no report', () => {
    const xml = `<testsuites><testsuite>
      <testcase classname='a.b' name='it&apos;s &#x41;&#66;' time='1.5'><error type="E"><![CDATA[x < y & z]]></error></testcase>
      <testcase name="ok"><system-out>failure</system-out></testcase>
    </testsuite></testsuites>`;
    expect(junitCases(xml)).toEqual([
      { name: "it's AB", suite: 'a.b', status: 'failed', seconds: 1.5, text: 'x < y & z' },
      { name: 'ok', suite: '', status: 'passed', seconds: 0 },
    ]);
    expect(junitCases('not xml <testcase')).toEqual([]);
  });
});

describe('why a step failed', () => {
  const failed = libtestCases(libtest);
  test.each([
    [
      "drover's own words",
      reasonOf('install', 1, 'a\ndrover: there is no lockfile\n', []),
      'install: there is no lockfile',
    ],
    [
      "the image command's words",
      reasonOf('image', 1, 'image: the registry r does not answer\n', []),
      'image: the registry r does not answer',
    ],
    [
      'the first test',
      reasonOf('test', 101, libtest, failed),
      'test: 1 of 4 failed: tests::says_its_commit: src/lib.rs:41:9: assertion `left == right` failed',
    ],
    [
      'the first error of a compiler',
      reasonOf(
        'clippy',
        101,
        '\u001b[1mwarning: x\u001b[0m\nerror[E0308]: mismatched types\nerror: could not compile',
        [],
      ),
      'clippy failed with exit status 101: error[E0308]: mismatched types',
    ],
    [
      'a first line that says nothing without its second',
      reasonOf('test', 1, 'x', [
        {
          name: 'is ready',
          suite: '',
          status: 'failed',
          seconds: 0,
          text: 'Expected values to be strictly equal:\n\n503 !== 200\n',
        },
      ]),
      'test: 1 of 1 failed: is ready: Expected values to be strictly equal: 503 !== 200',
    ],
    [
      'what a script said, and not what npm says around it',
      reasonOf(
        'install',
        2,
        '> a@1.0.0 prepublish\nbabel:\n  src does not exist\nnpm error code 2\nnpm error path /build/src\nnpm error command failed\nnpm error command sh -c npm test\nnpm error A complete log of this run can be found in: /a.log\n',
        [],
      ),
      'install failed with exit status 2: src does not exist',
    ],
    [
      "npm's own reason",
      reasonOf(
        'install',
        1,
        'npm error code ETARGET\nnpm error notarget No matching version found for a@9.\nnpm error\n',
        [],
      ),
      'install failed with exit status 1: npm error notarget No matching version found for a@9.',
    ],
    [
      'npm, where it says no more',
      reasonOf('install', 1, 'npm error code 1\n', []),
      'install failed with exit status 1: npm error code 1',
    ],
    ['the last line', reasonOf('fmt', 1, 'Diff in src/lib.rs:1:\n-a\n+b\n', []), 'fmt failed with exit status 1: +b'],
    ['nothing', reasonOf('check', 2, '', []), 'check failed with exit status 2'],
  ])('%s', (_, reason, expected) => {
    expect(reason).toBe(expected);
  });

  test('says no secret, nor half of one that is cut', () => {
    const url = 'postgres://shop:open-sesame@db';
    expect(reasonOf('test', 1, `error: no answer from ${url}\n`, [])).toMatch(/no answer from postgres:\/\/\*\*\*@db$/);
    const failing = [{ name: url, suite: '', status: 'failed' as const, seconds: 0, text: `token=${'t'.repeat(400)}` }];
    expect(reasonOf('test', 1, '', failing)).not.toMatch(/sesame|ttt/);
    expect(reasonsOf(`test: ${url}\n`)).not.toContain('sesame');
  });

  test('is one line of at most 200 characters, whatever was printed', () => {
    const reason = reasonOf('test', 1, `error: ${'\u202e\u0007x'.repeat(500)}\r\n`, []);
    expect(reason.length).toBeLessThanOrEqual(200);

    expect(/[\p{Cc}\p{Cf}]/u.test(reason)).toBe(false);
  });
});

describe('how a Node service starts', () => {
  const entry = (json: object, ...files: string[]) =>
    nodeEntrypoint(JSON.stringify(json), (path) => files.includes(path));
  test.each([
    [
      { scripts: { start: 'node --enable-source-maps dist/main.js' } },
      [],
      ['node', '--enable-source-maps', 'dist/main.js'],
    ],
    [{ scripts: { start: 'ts-node a.ts' }, main: 'b.js' }, ['b.js'], ['node', 'b.js']],
    [{ scripts: { start: 'nodemon' }, main: 'gone.js' }, ['index.js'], ['node', 'index.js']],
    [{}, ['server.js', 'index.js'], ['node', 'server.js']],
  ])('%j', (json, files, expected) => {
    expect(entry(json, ...files)).toEqual(expected);
  });

  test('or says that it is not said', () => {
    expect(() => entry({})).toThrow('package.json does not say how to start');
    // Another file is there, and would be the wrong program.
    for (const start of ['NODE_ENV=x node a.js', 'node a.js && echo', 'cd dist;node "a.js"'])
      expect(() => entry({ scripts: { start }, main: 'b.js', bin: 'b.js' }, 'b.js', 'index.js')).toThrow(
        `“${start}” is not plain “node …”`,
      );
  });
});

describe('which Rust program', () => {
  const metadata = (packages: { name: string; bins: string[]; run?: string; lib?: boolean }[]) =>
    JSON.stringify({
      packages: packages.map(({ name, bins, run, lib }) => ({
        name,
        default_run: run ?? null,
        targets: [
          ...bins.map((bin) => ({ name: bin, kind: ['bin'], doctest: false })),
          ...(lib ? [{ name, kind: ['lib'], doctest: true }] : []),
        ],
      })),
    });

  test('the one named, the only one, the default, the one of the same name', () => {
    expect(cargoBinary(metadata([{ name: 'a', bins: ['x', 'y'] }]), 'shop', 'y')).toEqual({
      package: 'a',
      binary: 'y',
    });
    expect(
      cargoBinary(
        metadata([
          { name: 'a', bins: ['x'] },
          { name: 'b', bins: [] },
        ]),
        'shop',
        undefined,
      ).binary,
    ).toBe('x');
    expect(cargoBinary(metadata([{ name: 'a', bins: ['x', 'y'], run: 'y' }]), 'x', undefined).binary).toBe('y');
    expect(cargoBinary(metadata([{ name: 'a', bins: ['x', 'shop'] }]), 'shop', undefined).binary).toBe('shop');
  });

  test('none, several, or a name that is not there is one line', () => {
    expect(() => cargoBinary(metadata([{ name: 'a', bins: [], lib: true }]), 'shop', undefined)).toThrow(
      'no package has a binary',
    );
    expect(() => cargoBinary(metadata([{ name: 'a', bins: ['x', 'y'] }]), 'shop', undefined)).toThrow(
      'several binaries (x, y)',
    );
    expect(() => cargoBinary(metadata([{ name: 'a', bins: ['x'] }]), 'shop', 'z')).toThrow(
      'there is no binary z: there is x',
    );
  });

  test('doctests only where there is a library', () => {
    expect(hasDoctests(metadata([{ name: 'a', bins: ['a'] }]))).toBe(false);
    expect(hasDoctests(metadata([{ name: 'a', bins: ['a'], lib: true }]))).toBe(true);
  });
});
