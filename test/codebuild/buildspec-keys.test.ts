// Over 150 lines: artifacts, caches, users, secrets and what has no effect, one test for each rule.
// Quotes are of https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html unless another page is named.
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Project } from '../../local/codebuild/project.ts';
import { contextOf, exportedOf, phasesOf, service } from './service.ts';

let running: Awaited<ReturnType<typeof service>>;
beforeAll(async () => {
  running = await service({
    resolve: {
      parameter: async (name) => (name === '/CodeBuild/password' ? 'hush-hush' : undefined),
      secret: async ({ id, stage, version }) =>
        id === 'TestSecret' ? JSON.stringify({ KEY: `hidden-${stage ?? version ?? 'AWSCURRENT'}` }) : undefined,
    },
  });
});
afterAll(() => running.close());

/** A project of its own, built again and again. */
function project(name: string, more: Partial<Project> = {}) {
  const build = async (buildspec: string) => {
    const at = running.lines.length;
    const done = await running.build(buildspec, { name, ...more });
    running.projects.splice(
      running.projects.findIndex((one) => one.name === name),
      1,
    );
    const told = running.lines.slice(at).map((line) => line.replace(/^\[Container\] \S+ \S+ /, ''));
    return { done, told };
  };
  const work = join(running.folder, 'codebuild/work', name);
  const kept = () =>
    existsSync(join(work, 'artifacts'))
      ? readdirSync(join(work, 'artifacts'), { recursive: true, withFileTypes: true })
          .filter((one) => one.isFile())
          .map((one) => join(one.parentPath, one.name).slice(join(work, 'artifacts/').length))
          .sort()
      : [];
  return { build, work, kept };
}

describe('artifacts', () => {
  const make = (...files: string[]) =>
    `phases: { build: { commands: ['for f in ${files.join(' ')}; do mkdir -p $(dirname $f); echo $f > $f; done'] } }`;

  test('files below several base directories, flattened, without what is excluded', async () => {
    // "base-directory: 'my-directory*' represents all top-level directories with names starting with my-directory"; "discard-paths
    // … all of the build artifacts are placed in the same output directory"; exclude-paths: "To exclude all dot files: **/.*".
    const one = project('flat');
    await one.build(`
version: 0.2
${make('my-1/a.txt', 'my-2/deep/b.txt', 'my-2/.env', 'other/c.txt')}
artifacts: { files: ['**/*'], base-directory: 'my-*', discard-paths: yes, exclude-paths: '**/.*' }
`);
    expect(one.kept()).toEqual(['a.txt', 'b.txt']);
  });

  test('files that begin with a dot are files', async () => {
    // "'**/*' represents all files recursively."
    const one = project('dots');
    await one.build(`version: 0.2\n${make('d/.env', 'd/.x/y')}\nartifacts: { files: '**/*', base-directory: d }\n`);
    expect(one.kept()).toEqual(['.env', '.x/y']);
  });

  test('are kept of a failed build too, unless INSTALL or PRE_BUILD failed', async () => {
    // view-build-details-phases: "The UPLOAD_ARTIFACTS phase is always attempted, even if the BUILD phase fails."
    const one = project('failed');
    const { done } = await one.build(
      `version: 0.2\nphases: { build: { commands: ['echo x > why.log', 'false'] } }\nartifacts: { files: [why.log] }\n`,
    );
    expect(done.buildStatus).toBe('FAILED');
    expect(one.kept()).toEqual(['why.log']);
  });

  test('secondary ones by their identifier, which the project must know', async () => {
    // "Each artifact identifiers in this block must match an artifact defined in the `secondaryArtifacts` attribute of your
    // project"; "The artifacts/files sequence is always required, even when there are only secondary artifacts defined."
    const spec = (files: string, name: string) => `
version: 0.2
${make('a', 'b')}
artifacts: { ${files} secondary-artifacts: { ${name}: { files: [b] } } }
`;
    const one = project('second', { secondaryArtifacts: [{ artifactIdentifier: 'extra' }] });
    await one.build(spec('files: [a],', 'extra'));
    expect(one.kept()).toEqual(['a', 'extra/b']);
    const unknown = (await one.build(spec('files: [a],', 'other'))).done;
    expect(contextOf(unknown, 'UPLOAD_ARTIFACTS')).toBe(
      'artifacts.secondary-artifacts.other: the project defines no secondary artifact of that name',
    );
    const none = (await one.build(spec('', 'extra'))).done;
    expect(contextOf(none, 'UPLOAD_ARTIFACTS')).toBe('artifacts.files: required');
  });

  test('their name is worked out by the shell where the project says so, and stays among the artifacts', async () => {
    // "This name is used when … the overrideArtifactName flag is set"; "builds/$CODEBUILD_BUILD_NUMBER/my-artifacts".
    const spec = (name: string) => `version: 0.2\n${make('a')}\nartifacts: { files: [a], name: '${name}' }\n`;
    const one = project('named', { artifacts: { overrideArtifactName: true } });
    await one.build(spec('builds/$CODEBUILD_BUILD_NUMBER/my-$(echo "x y")'));
    expect(one.kept()).toEqual(['builds/1/my-x y/a']);
    const { done } = await one.build(spec('../../out'));
    expect(contextOf(done, 'UPLOAD_ARTIFACTS')).toBe('artifacts.name: ../../out leads out of the artifacts');
    const plain = project('plain');
    const { told } = await plain.build(spec('n'));
    expect(told).toContain('artifacts.name: no effect here: the project does not say overrideArtifactName');
    expect(plain.kept()).toEqual(['a']);
  });

  test('of a folder out of the source are refused (unsourced)', async () => {
    const { done } = await project('out').build(
      "version: 0.2\nphases: {}\nartifacts: { files: ['*'], base-directory: ../.. }\n",
    );
    expect(contextOf(done, 'UPLOAD_ARTIFACTS')).toBe('artifacts.base-directory: ../.. leads out of the source');
  });
});

describe('the cache', () => {
  const spec = (lock: string, end: string, more = '') => `
version: 0.2
env: { exported-variables: [SEEN] }
phases: { build: { commands: ['SEEN=$(cat kept/x 2> /dev/null || true)', 'mkdir -p kept; echo ${end} > kept/x; ln -sf x kept/link'] } }
cache:
  key: npm-$(codebuild-hash-files file.txt)-${lock}
  paths: ['kept/**/*']
${more}`;

  test('is found by its key exactly, else by a fallback key that begins one; a key is kept once', async () => {
    // "CodeBuild does an exact match for the primary key"; fallback keys are "used sequentially when a cache cannot be found using
    // the primary key … matched using a prefix search"; caching-s3: "a unique cache copy that will not be updated once created".
    const { build } = project('keys');
    const seen = async (text: string) => exportedOf((await build(text)).done).SEEN ?? '';
    expect(await seen(spec('one', 'first'))).toBe('');
    expect(await seen(spec('one', 'second'))).toBe('first');
    expect(await seen(spec('one', 'third'))).toBe('first');
    expect(await seen(spec('two', 'x'))).toBe('');
    const fallback = '  fallback-keys: [never-, npm-]\n';
    expect(await seen(spec('three', 'y', fallback))).toBe('x');
    expect(await seen(spec('four', 'z', '  fallback-keys: [never-]\n'))).toBe('');
  });

  test('is only restored, or only saved, where action says so', async () => {
    // "`restore` which only restores the cache without saving updates"; "`save` which only saves the cache".
    const { build } = project('action');
    const { told: first } = await build(spec('a', 'first', '  action: restore\n'));
    expect(first).toContain('cache: action is restore, so nothing is kept');
    const saved = await build(spec('a', 'second', '  action: save\n'));
    expect(saved.told).toContain('cache: action is save, so nothing is restored');
    expect(exportedOf((await build(spec('a', 'third', '  action: restore\n'))).done).SEEN).toBe('second');
  });

  test('of single files and patterns, with what is only there sometimes', async () => {
    // "A single file (for example, my-file.jar) …; my-subdirectory/* represents all files in a subdirectory".
    const { build } = project('single');
    const text = `
version: 0.2
env: { exported-variables: [SEEN] }
phases: { build: { commands: ['SEEN=$(ls -d one.jar lib/* 2> /dev/null | tr "\\n" " ")', 'mkdir -p lib/deep; touch one.jar lib/a.jar lib/deep/b.jar'] } }
cache: { paths: [one.jar, 'lib/*', gone.jar] }
`;
    await build(text);
    expect(exportedOf((await build(text)).done).SEEN).toBe('lib/a.jar one.jar ');
  });
});

describe('secrets', () => {
  test('come by name, key, stage or version, and are in no log and no context', async () => {
    // env/parameter-store, env/secrets-manager; "the following are hidden in CodeBuild logs".
    const { done, told } = await project('secret').build(`
version: 0.2
env:
  parameter-store: { P: /CodeBuild/password }
  secrets-manager: { A: 'TestSecret:KEY', B: 'TestSecret:KEY:AWSPREVIOUS', C: 'TestSecret:KEY::v1', D: TestSecret }
phases:
  build:
    commands:
      - echo "got $P, $A, $B, $C and $D"
      - '[ "$P $A $B $C" = "hush-hush hidden-AWSCURRENT hidden-AWSPREVIOUS hidden-v1" ]'
      - sh -c "exit 3; hush-hush"
`);
    expect(told).toContain('got ***, ***, ***, *** and ***');
    expect(contextOf(done, 'BUILD')).toBe('Error while executing command: sh -c "exit 3; ***". Reason: exit status 3');
    expect(told.join('\n')).not.toMatch(/hush-hush|hidden-/);
  });

  test.each([
    ['parameter-store: { S: /no }', 'S: the parameter /no does not exist'],
    ['secrets-manager: { S: none }', 'S: the secret none does not exist'],
    ['secrets-manager: { S: "TestSecret:NO" }', 'S: the secret TestSecret has no key NO'],
    ['secrets-manager: { S: "a:b:c:d" }', 'S: a:b:c:d has both a version-stage and a version-id'],
  ])('%s fails DOWNLOAD_SOURCE (unsourced)', async (given, reason) => {
    const { done } = await project('no-secret').build(`version: 0.2\nenv: { ${given} }\nphases: {}\n`);
    expect(contextOf(done, 'DOWNLOAD_SOURCE')).toBe(reason);
  });
});

describe('run-as', () => {
  const root = process.getuid?.() === 0;

  test.runIf(root)('a phase goes before the whole, and commands see what went before', async () => {
    // "If `run-as` is also specified globally …, then the phase-level user takes precedence."
    const { build, work } = project('as');
    for (const folder of [running.folder, join(running.folder, 'codebuild'), join(running.folder, 'codebuild/work')])
      chmodSync(folder, 0o755);
    const { done } = await build(`
version: 0.2
run-as: nobody
env: { exported-variables: [A, B] }
phases:
  install: { run-as: root, commands: ['A=$(id -un)', 'chmod 777 .'] }
  build: { commands: ['B=$A-$(id -un)', 'touch mine', 'echo $CODEBUILD_SRC_DIR'] }
`);
    expect(exportedOf(done)).toEqual({ A: 'root', B: 'root-nobody' });
    expect(existsSync(join(work, 'src/mine'))).toBe(true);
  });

  test('a user who is not there fails the phase with one line (unsourced)', async () => {
    const { done } = await project('as').build(
      'version: 0.2\nphases: { build: { run-as: no-such-user, commands: [id] } }\n',
    );
    expect(contextOf(done, 'BUILD')).toBe('run-as: there is no user no-such-user on this machine');
  });
});

test('on-failure: RETRY builds again while the message matches and the count lasts', async () => {
  // "RETRY-count-regex - Retry the build for a specified number of times … to match the error message."
  const spec = (pattern: string) => `
version: 0.2
phases:
  build: { on-failure: 'RETRY-2-${pattern}', commands: ['echo x >> ../../times', 'exit 7'] }
  post_build: { commands: ['echo never-after-retry'] }
`;
  const name = 'again';
  running.projects.push({ name, source: { location: running.repository.folder }, buildspec: '' });
  const builds = () => running.codebuild.builds().filter((one) => one.projectName === name);
  const run = async (pattern: string) => running.build(spec(pattern), { name });
  running.projects.splice(0, running.projects.length);
  const first = await run('exit status 7$');
  await expect.poll(() => builds().filter(({ endTime }) => endTime !== undefined).length, { timeout: 10_000 }).toBe(3);
  expect(phasesOf(first)).toBe('INSTALL SUCCEEDED, PRE_BUILD SUCCEEDED, BUILD FAILED, UPLOAD_ARTIFACTS SUCCEEDED');
  expect(builds().map(({ retry }) => retry?.number)).toEqual([0, 1, 2]);
  expect(readFileSync(join(running.folder, 'codebuild/work/times'), 'utf8')).toBe('x\nx\nx\n');
  running.projects.splice(0, running.projects.length);
  await run('connection refused');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(builds()).toHaveLength(4);
});

test('nothing that has no effect here is passed over in silence', async () => {
  const { done, told } = await project('told', { secondaryArtifacts: [{ artifactIdentifier: 'more' }] }).build(`
version: 0.2
env: { git-credential-helper: yes, variables: { CODEBUILD_BUILD_ID: mine } }
proxy: { upload-artifacts: yes, logs: no }
batch: { fast-fail: true, build-list: [] }
phases:
  install: { runtime-versions: { nodejs: 18.x, python: $PYTHON } }
  build: { commands: ['echo x > x', '[ "$CODEBUILD_BUILD_ID" != mine ]'] }
reports:
  cover: { files: x, file-format: cloverxml }
  $CODEBUILD_BUILD_NUMBER-none: { files: none.xml, discard-paths: yes }
  empty: { files: [x] }
artifacts:
  type: zip
  files: [x]
  enable-symlinks: yes
  s3-prefix: there
  secondary-artifacts: { more: { files: [x], s3-prefix: a } }
cache: { fallback-keys: [a], paths: ['/root/.m2/**/*'] }
`);
  expect(done.buildStatus).toBe('SUCCEEDED');
  expect(told.filter((line) => /no effect here|not read here|^reports/.test(line))).toEqual([
    'env.git-credential-helper: no effect here: git has no credentials on this machine',
    'env.variables.CODEBUILD_BUILD_ID: no effect here: the prefix CODEBUILD_ is reserved',
    "proxy: no effect here: this machine's own proxy settings are used",
    'batch: no effect here: this is one build, and batch builds (StartBuildBatch) are not served',
    "phases.install.runtime-versions: no effect here: nodejs 18.x: this machine's own is used",
    "phases.install.runtime-versions: no effect here: python $PYTHON: this machine's own is used",
    'reports.$CODEBUILD_BUILD_NUMBER-none.discard-paths: no effect here: raw report files are not kept',
    'artifacts.enable-symlinks: no effect here: it is for ZIP output, and artifacts are files in a folder',
    'artifacts.s3-prefix: no effect here: artifacts are kept in a folder, not in S3',
    'artifacts.type: no effect here: deprecated since version 0.2',
    'artifacts.secondary-artifacts.more.s3-prefix: no effect here: artifacts are kept in a folder, not in S3',
    'cache.fallback-keys: no effect here: there is no key',
    "cache.paths: no effect here: /root/.m2/**/* is outside the source, and this machine's own is left alone",
    'reports.cover: CLOVERXML is not read here',
    'reports.1-none: no file matches none.xml',
    'reports.empty: no test in it as JUNITXML',
  ]);
});

test("the reference's own example, in its shape: commands and finally in every phase, two report groups, two further artifacts", async () => {
  // Buildspec example: what apt-get, docker and Maven do there is done by the shell here.
  const { done, told } = await project('example', {
    secondaryArtifacts: [{ artifactIdentifier: 'artifact1' }, { artifactIdentifier: 'artifact2' }],
  }).build(`
version: 0.2

env:
  variables:
    TOOL_HOME: "/opt/tool"
  parameter-store:
    LOGIN_PASSWORD: /CodeBuild/password

phases:
  install:
    commands:
      - echo The install phase, with $TOOL_HOME
      - mkdir -p tools
      - |
        cat > tools/make.sh <<'END'
        set -e
        mkdir -p target/tests/reports cucumber/target
        for version in 1.0 2.0; do echo "jar $version" > "target/artifact-$version.jar"; done
        echo message > target/messageUtil-1.0.jar
        echo '<testsuite><testcase name="testPrintMessage" classname="TestMessageUtil"/></testsuite>' > target/tests/reports/t.xml
        echo '[{"name": "f", "elements": [{"name": "s", "steps": [{"result": {"status": "passed"}}]}]}]' > cucumber/target/tests.json
        END
    finally:
      - echo always, also where the installation fails
  pre_build:
    commands:
      - echo the password is $LOGIN_PASSWORD
    finally:
      - echo always, also where the login fails
  build:
    commands:
      - echo Started on \`date\`
      - sh tools/make.sh
    finally:
      - echo always, also where the build fails
  post_build:
    commands:
      - echo Completed on \`date\`

reports:
  arn:aws:codebuild:us-east-1:000000000000:report-group/group-1:
    files:
      - "**/*"
    base-directory: 'target/tests/reports'
    discard-paths: no
  cucumber:
    files:
      - 'cucumber/target/tests.json'
    discard-paths: yes
    file-format: CUCUMBERJSON # default is JUNITXML
artifacts:
  files:
    - target/messageUtil-1.0.jar
  discard-paths: yes
  secondary-artifacts:
    artifact1:
      files:
        - target/artifact-1.0.jar
      discard-paths: yes
    artifact2:
      files:
        - target/artifact-2.0.jar
      discard-paths: yes
cache:
  paths:
    - '/root/.m2/**/*'
`);
  expect(done.buildStatus).toBe('SUCCEEDED');
  expect(project('example').kept()).toEqual([
    'artifact1/artifact-1.0.jar',
    'artifact2/artifact-2.0.jar',
    'messageUtil-1.0.jar',
  ]);
  expect(done.reportArns?.map((arn) => arn.replace(/:[0-9a-f-]{36}$/, ''))).toEqual([
    'arn:aws:codebuild:us-east-1:000000000000:report/group-1',
    'arn:aws:codebuild:us-east-1:000000000000:report/example-cucumber',
  ]);
  expect(told).toEqual(
    expect.arrayContaining([
      'The install phase, with /opt/tool',
      'the password is ***',
      'always, also where the build fails',
      'Report group-1: 1 tests, 0 failed, 0 skipped',
      'Report cucumber: 1 tests, 0 failed, 0 skipped',
    ]),
  );
});
