// Over 150 lines: one test for each rule of the buildspec, each with AWS's own sentence.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contextOf, exportedOf, phasesOf, service } from './service.ts';

/** Quotes are of https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html unless another page is named. */
let running: Awaited<ReturnType<typeof service>>;
beforeAll(async () => {
  running = await service();
});
afterAll(() => running.close());

const said = (line: string): boolean => running.lines.includes(line);

describe('phases', () => {
  test('a failed INSTALL ends the build', async () => {
    // view-build-details-phases: INSTALL and PRE_BUILD lead to FINALIZING when they fail.
    const build = await running.build(`
version: 0.2
phases:
  install: { commands: ['exit 3', 'echo never-1'] }
  build: { commands: ['echo never-2'] }
  post_build: { commands: ['echo never-3'] }
`);
    expect(build.buildStatus).toBe('FAILED');
    expect(phasesOf(build)).toBe('INSTALL FAILED');
    expect(contextOf(build, 'INSTALL')).toBe('Error while executing command: exit 3. Reason: exit status 3');
    expect(running.lines.filter((line) => /^never-/.test(line))).toEqual([]);
  });

  test('a failed PRE_BUILD ends the build', async () => {
    const build = await running.build(`
version: 0.2
phases:
  pre_build: { commands: ['false'] }
  build: { commands: ['echo never-4'] }
`);
    expect(phasesOf(build)).toBe('INSTALL SUCCEEDED, PRE_BUILD FAILED');
  });

  test('POST_BUILD runs after a failed BUILD and sees that it failed', async () => {
    // build-env-ref-env-vars, CODEBUILD_BUILD_SUCCEEDING: "Set to 0 if the build is failing, or 1 if the build is succeeding."
    const build = await running.build(`
version: 0.2
phases:
  pre_build: { commands: ['echo before=$CODEBUILD_BUILD_SUCCEEDING'] }
  build: { commands: ['false'] }
  post_build: { commands: ['echo after=$CODEBUILD_BUILD_SUCCEEDING'] }
`);
    expect(build.buildStatus).toBe('FAILED');
    expect(phasesOf(build)).toBe(
      'INSTALL SUCCEEDED, PRE_BUILD SUCCEEDED, BUILD FAILED, POST_BUILD SUCCEEDED, UPLOAD_ARTIFACTS SUCCEEDED',
    );
    expect(said('before=1') && said('after=0')).toBe(true);
  });

  test('on-failure: ABORT ends the build at that phase', async () => {
    // "ABORT - Abort the build."
    const build = await running.build(`
version: 0.2
phases:
  build: { on-failure: ABORT, commands: ['false'] }
  post_build: { commands: ['echo never-5'] }
`);
    expect(phasesOf(build)).toBe('INSTALL SUCCEEDED, PRE_BUILD SUCCEEDED, BUILD FAILED, UPLOAD_ARTIFACTS SUCCEEDED');
  });

  test('on-failure: CONTINUE goes on to the next phase', async () => {
    // "CONTINUE - Continue to the next phase."
    const build = await running.build(`
version: 0.2
phases:
  install: { on-failure: CONTINUE, commands: ['false'] }
  pre_build: { commands: ['echo went-on'] }
`);
    expect(said('went-on')).toBe(true);
    expect(build.buildStatus).toBe('FAILED');
  });

  test('finally runs though a command failed, and its own failure fails the phase', async () => {
    // "Commands in a finally block are run even if a command in the commands block fails."
    // "The phase is successful when all commands in the commands and finally blocks run successfully."
    const first = await running.build(`
version: 0.2
phases:
  build: { commands: ['exit 4', 'echo never-6'], finally: ['echo finally-1'] }
`);
    expect(said('finally-1')).toBe(true);
    expect(contextOf(first, 'BUILD')).toContain('exit 4');
    const second = await running.build(`
version: 0.2
phases:
  build: { commands: ['true'], finally: ['exit 5'] }
`);
    expect(second.buildStatus).toBe('FAILED');
    expect(contextOf(second, 'BUILD')).toContain('exit 5');
  });

  test('a source that is not there fails DOWNLOAD_SOURCE', async () => {
    const build = await running.build('version: 0.2\nphases: {}\n', { source: { location: '/nowhere' } });
    expect(build.buildStatus).toBe('FAILED');
    expect(contextOf(build, 'DOWNLOAD_SOURCE')).toContain('git clone failed for primary source');
  });

  test.each([
    ['no YAML', 'version: 0.2\nphases: [', 'YAML: '],
    ['an unknown phase', 'version: 0.2\nphases:\n  deploy: { commands: [] }\n', 'phases: Unrecognized key: "deploy"'],
    ['another version', 'version: 0.1\nphases: {}\n', 'version: must be 0.2'],
    [
      'another on-failure',
      'version: 0.2\nphases:\n  build: { on-failure: AGAIN, commands: [] }\n',
      'phases.build.on-failure: must be ABORT, CONTINUE, RETRY',
    ],
    // "Required if `build` is specified."
    ['a phase without commands', 'version: 0.2\nphases: { build: {} }\n', 'phases.build.commands: must be a list'],
    [
      'a command that YAML takes for a mapping',
      'version: 0.2\nphases:\n  build:\n    commands:\n      - echo a: b\n',
      'phases.build.commands.0: must be a text: a colon followed by a space',
    ],
    ['a shell of Windows', 'version: 0.2\nenv: { shell: cmd.exe }\nphases: {}\n', 'env.shell: must be bash or /bin/sh'],
    [
      'another report',
      'version: 0.2\nphases: {}\nreports: { a: { files: x, file-format: TAP } }\n',
      'reports.a.file-format',
    ],
    [
      'six fallback keys',
      'version: 0.2\nphases: {}\ncache: { key: a, fallback-keys: [a, b, c, d, e, f], paths: [x] }\n',
      'cache.fallback-keys: at most five',
    ],
  ])('%s fails with a line that says where', async (_, text, message) => {
    const build = await running.build(text);
    expect(build.phases?.find(({ phaseType }) => phaseType === 'DOWNLOAD_SOURCE')?.contexts?.[0]?.statusCode).toBe(
      'YAML_FILE_ERROR',
    );
    expect(contextOf(build, 'DOWNLOAD_SOURCE')).toContain(message);
  });

  test("the source's own buildspec.yml is read where the project names none", async () => {
    // "By default, the buildspec file must be named buildspec.yml and placed in the root of your source directory."
    running.repository.commit({
      'buildspec.yml': 'version: 0.2\nphases:\n  build: { commands: [echo own-buildspec] }\n',
    });
    await running.build('buildspec.yml');
    expect(said('own-buildspec')).toBe(true);
  });
});

describe('shell and variables', () => {
  test('commands share directory and variables', async () => {
    // "In version 0.2, CodeBuild runs all build commands in the same instance of the default shell in the build environment."
    const build = await running.build(`
version: 0.2
env: { exported-variables: [HERE, PLAIN] }
phases:
  install: { commands: ['mkdir -p deep/er', 'cd deep/er', 'PLAIN="it is $((40 + 2))"'] }
  build: { commands: ['HERE=\${PWD##*/}'] }
`);
    expect(exportedOf(build)).toEqual({ HERE: 'er', PLAIN: 'it is 42' });
  });

  test('the shell is sh, or bash where it is asked for', async () => {
    // "env/shell: … For Linux, supported shell tags are bash and /bin/sh."
    const [plain, bash] = ['version: 0.2', 'version: 0.2\nenv: { shell: bash }'].map(
      (head) => `${head}\nphases:\n  build: { commands: ['[ "\${BASH##*/}" = bash ] && [[ x == x ]]'] }\n`,
    );
    expect((await running.build(bash ?? '')).buildStatus).toBe('SUCCEEDED');
    expect((await running.build(plain ?? '')).buildStatus).toBe('FAILED');
  });

  test('StartBuild goes before the project, the project before the buildspec', async () => {
    // build-env-ref-env-vars: "The value in the start build operation call takes highest precedence. The value in the build
    // project definition takes next precedence. The value in the buildspec declaration takes lowest precedence."
    // (The call's own precedence is tried in api.test.ts.)
    const build = await running.build(
      `
version: 0.2
env: { variables: { A: buildspec, B: buildspec }, exported-variables: [A, B] }
phases: { build: { commands: ['true'] } }
`,
      { environmentVariables: [{ name: 'A', value: 'project' }] },
    );
    expect(exportedOf(build)).toEqual({ A: 'project', B: 'buildspec' });
  });

  test('exported variables may change until POST_BUILD ends, those of AWS and secrets are not exported', async () => {
    // "After the post_build phase ends, the value of exported variables cannot change." "You can't export … Amazon EC2 Systems
    // Manager Parameter Store secrets …, Secrets Manager secrets …, Environment variables that start with AWS_."
    const parameters = await service({ resolve: { parameter: async (name) => (name === '/a' ? 'hush' : undefined) } });
    const build = await parameters.build(`
version: 0.2
env:
  parameter-store: { SECRET: /a }
  exported-variables: [V, AWS_REGION, SECRET]
phases:
  build: { commands: ['V=1', '[ "$SECRET" = hush ]'] }
  post_build: { commands: ['V=2'], finally: ['V=3'] }
`);
    const missing = await parameters.build('version: 0.2\nenv: { parameter-store: { S: /b } }\nphases: {}\n');
    await parameters.close();
    expect(build.buildStatus).toBe('SUCCEEDED');
    expect(exportedOf(build)).toEqual({ V: '3' });
    expect(contextOf(missing, 'DOWNLOAD_SOURCE')).toBe('S: the parameter /b does not exist');
  });

  test("CodeBuild's own variables are there, those of the machine are not", async () => {
    // https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
    process.env.SOME_OPERATORS_TOKEN = 'hush';
    const build = await running.build(
      `
version: 0.2
env: { exported-variables: [ID, VERSION, SAME, OTHER, TOKEN] }
phases:
  build:
    commands:
      - ID=$CODEBUILD_BUILD_ID
      - VERSION=$CODEBUILD_RESOLVED_SOURCE_VERSION
      - '[ "$PWD" = "$CODEBUILD_SRC_DIR" ] && SAME=yes'
      - OTHER=$CODEBUILD_SRC_DIR_drover
      - TOKEN=\${SOME_OPERATORS_TOKEN:-none}
`,
      { secondarySources: [{ sourceIdentifier: 'drover', location: '/somewhere' }] },
    );
    delete process.env.SOME_OPERATORS_TOKEN;
    expect(exportedOf(build)).toEqual({
      ID: build.id,
      VERSION: build.sourceVersion,
      SAME: 'yes',
      OTHER: '/somewhere',
      TOKEN: 'none',
    });
  });

  test('output is told line by line as it comes, whatever its bytes', async () => {
    await running.build('version: 0.2\nphases: { build: { commands: ["printf \'odd \\\\377 byte\\\\nno end\'"] } }\n');
    expect(said('odd \ufffd byte') && said('no end')).toBe(true);
  });
});

describe('what is left of a build', () => {
  test('reports, also of a failed build', async () => {
    // test-reporting: "reports … are created … even if a build fails".
    const build = await running.build(`
version: 0.2
phases:
  build:
    commands:
      - mkdir out
      - echo '<testsuite><testcase name="a" time="0.5"/><testcase name="b"><failure message="1 &lt; 2"/></testcase><testcase name="c"><skipped/></testcase></testsuite>' > out/x.xml
      - 'false'
reports:
  unit: { files: ['**/*'], base-directory: out }
`);
    expect(build.reportArns).toHaveLength(1);
    const { reports } = running.codebuild.builds().find(({ id }) => id === build.id) ?? {};
    expect(reports).toMatchObject([{ name: 'unit', status: 'FAILED', total: 3, failed: 1, skipped: 1 }]);
    expect(reports?.[0]?.cases[1]).toEqual({ name: 'b', suite: '', status: 'failed', seconds: 0, text: '1 < 2' });
  });

  test('artifacts by path, and a build whose artifacts are missing fails', async () => {
    // "files: … Contains the build output artifacts"; a build without a match ends with "no matching artifact paths found".
    const name = `p${running.projects.length}`;
    await running.build(`
version: 0.2
phases: { build: { commands: ['mkdir -p dist/a', 'echo hi > dist/a/b.txt'] } }
artifacts: { files: ['**/*'], base-directory: dist }
`);
    expect(readFileSync(join(running.folder, 'codebuild/work', name, 'artifacts/a/b.txt'), 'utf8')).toBe('hi\n');
    const none = await running.build("version: 0.2\nphases: {}\nartifacts: { files: ['no/*'] }\n");
    expect(none.buildStatus).toBe('FAILED');
    expect(contextOf(none, 'UPLOAD_ARTIFACTS')).toContain('no matching artifact paths found');
  });

  test('cached folders are there in the next build of the project, and only those of a build that succeeded', async () => {
    // "cache: … paths: Represents the locations of the cache", kept for the next build of the project.
    const spec = (end: string) => `
version: 0.2
env: { exported-variables: [COUNT] }
phases: { build: { commands: ['mkdir -p kept && echo x >> kept/x && COUNT=$(wc -l < kept/x)', '${end}'] } }
cache: { paths: ['kept/**/*', '/etc/**/*', '../out/**/*'] }
`;
    const project = { name: 'cached' };
    const counts = [];
    for (const end of ['true', 'false', 'true']) {
      const build = await running.build(spec(end), project);
      running.projects.splice(
        running.projects.findIndex(({ name }) => name === 'cached'),
        1,
      );
      counts.push(exportedOf(build).COUNT?.trim());
    }
    expect(counts).toEqual(['1', '2', '2']);
    // Neither of the others is touched, and that is said.
    for (const path of ['/etc/**/*', '../out/**/*'])
      expect(running.lines.some((line) => line.includes(`cache.paths: no effect here: ${path} is outside`))).toBe(true);
    expect(existsSync(join(running.folder, 'codebuild/work/cached/out'))).toBe(false);
  });
});
