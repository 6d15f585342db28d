// Over 150 lines: the API's rules, each with AWS's own sentence.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  BatchGetReportsCommand,
  DescribeTestCasesCommand,
  ListBuildsForProjectCommand,
  RetryBuildCommand,
  StartBuildCommand,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startCodeBuild } from '../../local/codebuild/codebuild.ts';
import { clientOf, contextOf, ended, exportedOf, phasesOf, service } from './service.ts';

let running: Awaited<ReturnType<typeof service>>;
let at = Date.UTC(2026, 0, 1);
beforeEach(async () => {
  running = await service({ now: () => at });
});
afterEach(() => running.close());

/** A project whose builds write a file with a process's id, which put itself into a group of its own, and then last for a minute. */
function lasting(more: object = {}): string {
  const buildspec = `version: 0.2\nenv: { shell: bash }\nphases:\n  build: { commands: ['set -m; sleep 60 & echo $! > ../child && wait'], finally: ['echo never'] }\n  post_build: { commands: ['echo never'] }\n`;
  running.projects.push({ name: 'lasting', source: { location: running.repository.folder }, buildspec, ...more });
  return running.repository.commit({});
}
const start = async (sourceVersion: string, more: object = {}) =>
  (await running.client.send(new StartBuildCommand({ projectName: 'lasting', sourceVersion, ...more }))).build?.id ??
  '';
const child = () => join(running.folder, 'codebuild/work/lasting/child');
const until = async (done: () => boolean) => {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 20));
};
const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/\) Z/.test(existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '');
  } catch {
    return false;
  }
};

describe('StartBuild', () => {
  // API_StartBuild, idempotencyToken: "The token is included in the StartBuild request and is valid for 5 minutes. If you repeat
  // the StartBuild request with the same token, but change a parameter, AWS CodeBuild returns a parameter mismatch error."
  test('a token gives the same build for five minutes, and refuses other parameters', async () => {
    const commit = lasting();
    const first = await start(commit, { idempotencyToken: 't' });
    expect(await start(commit, { idempotencyToken: 't' })).toBe(first);
    await expect(start('main', { idempotencyToken: 't' })).rejects.toMatchObject({ name: 'InvalidInputException' });
    at += 5 * 60_000;
    expect(await start(commit, { idempotencyToken: 't' })).not.toBe(first);
  });

  test('a project that is not there', async () => {
    const command = new StartBuildCommand({ projectName: 'nowhere' });
    await expect(running.client.send(command)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('what is not served here is refused, not passed over', async () => {
    const commit = lasting();
    await expect(start(commit, { debugSessionEnabled: true })).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });

  test('what has no effect here is told in the log and in the answer', async () => {
    running.projects.push({
      name: 'lasting',
      source: { location: '/nowhere' },
      buildspec: 'version: 0.2\nphases: {}\n',
    });
    const sourceVersion = running.repository.commit({});
    const build = await ended(
      running.client,
      await start(sourceVersion, {
        sourceLocationOverride: running.repository.folder,
        computeTypeOverride: 'BUILD_GENERAL1_LARGE',
        environmentTypeOverride: 'ARM_CONTAINER',
        imageOverride: 'aws/codebuild/standard:7.0',
        privilegedModeOverride: true,
        timeoutInMinutesOverride: 7,
        queuedTimeoutInMinutesOverride: 9,
      }),
    );
    expect(build).toMatchObject({
      buildStatus: 'SUCCEEDED',
      environment: { computeType: 'BUILD_GENERAL1_LARGE', type: 'ARM_CONTAINER', image: 'aws/codebuild/standard:7.0' },
      timeoutInMinutes: 7,
      queuedTimeoutInMinutes: 9,
    });
    const told = running.lines
      .filter((line) => line.includes('no effect here'))
      .map((line) => line.replace(/^\[Container\] \S+ \S+ /, ''));
    expect(told.map((line) => line.split(':')[0])).toEqual([
      'computeTypeOverride',
      'environmentTypeOverride',
      'imageOverride',
      'privilegedModeOverride',
    ]);
  });

  // API_StartBuild, buildspecOverride: "an inline buildspec definition, the path to an alternate buildspec file relative to the
  // value of the built-in CODEBUILD_SRC_DIR environment variable, or the path to an S3 bucket".
  test('a buildspec of its own: inline, by path, and none of a bucket or out of the source', async () => {
    lasting();
    const spec = (word: string) =>
      `version: 0.2\nenv: { exported-variables: [W] }\nphases: { build: { commands: [W=${word}] } }\n`;
    const commit = running.repository.commit({ 'ci/other.yml': spec('path') });
    const overridden = async (buildspecOverride: string) =>
      ended(running.client, await start(commit, { buildspecOverride }));
    expect(exportedOf(await overridden(spec('inline')))).toEqual({ W: 'inline' });
    expect(exportedOf(await overridden('ci/other.yml'))).toEqual({ W: 'path' });
    for (const [given, why] of [
      ['arn:aws:s3:::bucket/buildspec.yml', 'a buildspec in S3 is not read here'],
      ['../../../etc/hostname', 'does not exist'],
    ] as const)
      expect(contextOf(await overridden(given), 'DOWNLOAD_SOURCE')).toContain(why);
  });

  // sample-source-version: "Pull request as a pull request reference …; Branch as a branch name; Commit ID; Tag; Reference and a
  // commit ID"; API_StartBuild: "it must use the format pr/pull-request-ID (for example pr/25). If a branch name is specified, the
  // branch's HEAD commit ID is used. If not specified, the default branch's HEAD commit ID is used."
  test('a source version may be a commit, a branch, a tag, a pull request, a reference with a commit, or left out', async () => {
    const { repository, client } = running;
    running.projects.push({
      name: 'lasting',
      source: { location: repository.folder },
      buildspec: 'version: 0.2\nphases: {}\n',
    });
    const main = repository.commit({ a: '1' });
    repository.git('switch', '--quiet', '--create', 'side');
    const side = repository.commit({ a: '2' });
    repository.git('tag', 'v1', side);
    repository.git('switch', '--quiet', '--detach', 'side');
    const pull = repository.commit({ a: '3' });
    repository.git('update-ref', 'refs/pull/25/head', pull);
    repository.git('switch', '--quiet', 'main');
    const asked: [string | undefined, string][] = [
      [undefined, main],
      ['side', side],
      ['v1', side],
      ['pr/25', pull],
      [`refs/pull/25/head^{${pull}}`, pull],
    ];
    for (const [sourceVersion, commit] of asked) {
      const command = new StartBuildCommand({ projectName: 'lasting', ...(sourceVersion && { sourceVersion }) });
      const build = await ended(client, (await client.send(command)).build?.id ?? '');
      expect([sourceVersion, build.resolvedSourceVersion]).toEqual([sourceVersion, commit]);
    }
    for (const gone of ['pr/26', '--upload-pack=x'])
      expect(contextOf(await ended(client, await start(gone)), 'DOWNLOAD_SOURCE')).toContain('reference not found');
  });

  // API_RetryBuild: "Restarts a build."
  test('RetryBuild starts the same again, as a build of its own', async () => {
    const buildspec = 'version: 0.2\nenv: { exported-variables: [A] }\nphases: { build: { commands: ["true"] } }\n';
    running.projects.push({ name: 'lasting', source: { location: running.repository.folder }, buildspec });
    const override = { environmentVariablesOverride: [{ name: 'A', value: 'a' }] };
    const first = await ended(running.client, await start(running.repository.commit({}), override));
    running.repository.commit({ later: '' });
    const retried = await running.client.send(new RetryBuildCommand({ id: first.id, idempotencyToken: 'r' }));
    const second = await ended(running.client, retried.build?.id ?? '');
    expect(second.id).not.toBe(first.id);
    expect([exportedOf(second), second.sourceVersion]).toEqual([{ A: 'a' }, first.sourceVersion]);
    const again = await running.client.send(new RetryBuildCommand({ id: first.id, idempotencyToken: 'r' }));
    expect(again.build?.id).toBe(second.id);
    await expect(running.client.send(new RetryBuildCommand({ id: 'lasting:x' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  // API_AutoRetryConfig: "if the auto-retry limit is set to 2, CodeBuild will call the RetryBuild API to automatically retry your
  // build for up to 2 additional times"; "The initial build will have an auto-retry number of 0."
  test('a build is tried again by itself as often as the project says, and one that succeeds is not', async () => {
    running.projects.push({
      name: 'lasting',
      source: { location: running.repository.folder },
      buildspec:
        'version: 0.2\nphases: { build: { commands: ["test -e ../tried && exit 0; touch ../tried; exit 1"] } }\n',
      autoRetryLimit: 2,
    });
    const first = await ended(running.client, await start(running.repository.commit({})));
    await until(() => running.codebuild.builds().filter(({ endTime }) => endTime !== undefined).length === 2);
    const { builds: [before] = [] } = await running.client.send(new BatchGetBuildsCommand({ ids: [first.id ?? ''] }));
    const after = running.codebuild.builds().find(({ id }) => id !== first.id);
    expect(before?.autoRetryConfig).toEqual({ autoRetryLimit: 2, autoRetryNumber: 0, nextAutoRetry: after?.arn });
    expect(after).toMatchObject({ buildStatus: 'SUCCEEDED', retry: { number: 1, previous: first.arn } });
    expect(running.codebuild.builds()).toHaveLength(2);
  });

  // API_Project, concurrentBuildLimit: "If the current build count meets this limit, new builds are throttled and are not run."
  test('over the limit of the project', async () => {
    const commit = lasting({ concurrentBuildLimit: 1 });
    const first = await start(commit);
    await expect(start(commit)).rejects.toMatchObject({ name: 'AccountLimitExceededException' });
    await running.client.send(new StopBuildCommand({ id: first }));
    await ended(running.client, first);
    expect(await start(commit)).not.toBe(first);
  });

  // build-env-ref-env-vars: "The value in the start build operation call takes highest precedence."
  test("its variables go before the project's", async () => {
    const buildspec = 'version: 0.2\nenv: { variables: { A: c }, exported-variables: [A] }\nphases: {}\n';
    const environmentVariables = [{ name: 'A', value: 'b' }];
    running.projects.push({
      name: 'lasting',
      source: { location: running.repository.folder },
      buildspec,
      environmentVariables,
    });
    const override = { environmentVariablesOverride: [{ name: 'A', value: 'a' }] };
    const build = await ended(running.client, await start(running.repository.commit({}), override));
    expect(exportedOf(build)).toEqual({ A: 'a' });
    expect(build.environment?.environmentVariables).toEqual([{ name: 'A', value: 'a', type: 'PLAINTEXT' }]);
  });

  test('a commit that a force-push took away', async () => {
    lasting();
    const build = await ended(running.client, await start('a'.repeat(40)));
    expect(build.buildStatus).toBe('FAILED');
    expect(contextOf(build, 'DOWNLOAD_SOURCE')).toBe(
      `reference not found for primary source and source version ${'a'.repeat(40)}`,
    );
  });

  test('an older commit than the tip, at the same path as before', async () => {
    const buildspec =
      'version: 0.2\nenv: { exported-variables: [TEXT, PWD] }\nphases: { build: { commands: [TEXT=$(cat t)] } }\n';
    running.projects.push({ name: 'lasting', source: { location: running.repository.folder }, buildspec });
    const older = running.repository.commit({ t: 'older' });
    const newer = running.repository.commit({ t: 'newer' });
    const [first, second] = [
      await ended(running.client, await start(newer)),
      await ended(running.client, await start(older)),
    ];
    expect([first, second].map((build) => exportedOf(build).TEXT)).toEqual(['newer', 'older']);
    expect(exportedOf(second).PWD).toBe(exportedOf(first).PWD);
    expect(second.resolvedSourceVersion).toBe(older);
  });
});

describe('how a build ends from outside', () => {
  // API_StopBuild: "Attempts to stop running a build."
  test('stopped: with every process that it started, and nothing else is run', async () => {
    const id = await start(lasting());
    await until(() => existsSync(child()) && readFileSync(child(), 'utf8') !== '');
    await running.client.send(new StopBuildCommand({ id }));
    const build = await ended(running.client, id);
    expect(build.buildStatus).toBe('STOPPED');
    expect(phasesOf(build)).toBe('INSTALL SUCCEEDED, PRE_BUILD SUCCEEDED, BUILD STOPPED');
    expect(running.lines).not.toContain('never');
    await until(() => !lives(Number(readFileSync(child(), 'utf8'))));
  });

  test('stopped while it waits', async () => {
    const commit = lasting();
    const [first, second] = [await start(commit), await start(commit)];
    await running.client.send(new StopBuildCommand({ id: second }));
    expect((await ended(running.client, second)).buildStatus).toBe('STOPPED');
    const { builds = [] } = await running.client.send(new BatchGetBuildsCommand({ ids: [first] }));
    expect(builds[0]?.buildStatus).toBe('IN_PROGRESS');
  });

  // API_StartBuild, queuedTimeoutInMinutesOverride: "The number of minutes a build is allowed to be queued before it times out."
  test('timed out while it waits', async () => {
    const commit = lasting({ queuedTimeoutInMinutes: 0.002 });
    const first = await start(commit);
    const second = await ended(running.client, await start(commit));
    expect(second.buildStatus).toBe('TIMED_OUT');
    expect(second.phases?.map(({ phaseType, phaseStatus }) => `${phaseType} ${phaseStatus}`)).toContain(
      'QUEUED TIMED_OUT',
    );
    const { builds = [] } = await running.client.send(new BatchGetBuildsCommand({ ids: [first] }));
    expect(builds[0]?.buildStatus).toBe('IN_PROGRESS');
  });

  // API_Project, timeoutInMinutes: "How long … for CodeBuild to wait before it times out any build … that has not completed."
  test('timed out', async () => {
    const build = await ended(running.client, await start(lasting({ timeoutInMinutes: 0.01 })));
    expect(build.buildStatus).toBe('TIMED_OUT');
    expect(phasesOf(build)).toContain('BUILD TIMED_OUT');
    expect(running.events).toHaveLength(2);
  });

  test('a build that ran when the machine died is FAULT after a restart, and is told', async () => {
    const id = await start(lasting());
    await until(() => existsSync(child()));
    running.client.destroy();
    await running.codebuild.close();
    const events: object[] = [];
    const again = await startCodeBuild({ ...running.options, onEvent: (event) => events.push(event) });
    const client = clientOf(again.endpoint);
    expect((await ended(client, id)).buildStatus).toBe('FAULT');
    await until(() => events.length > 0);
    expect(events).toMatchObject([{ detail: { 'build-status': 'FAULT' } }]);
    client.destroy();
    await again.close();
  });
});

describe('what is asked', () => {
  test('builds of a project, newest first, and which are not known', async () => {
    const commit = lasting();
    const ids = [await start(commit), await start(commit)];
    const list = new ListBuildsForProjectCommand({ projectName: 'lasting', sortOrder: 'DESCENDING' });
    expect((await running.client.send(list)).ids).toEqual([...ids].reverse());
    const unknown = 'lasting:00000000-0000-4000-8000-000000000000';
    const found = await running.client.send(new BatchGetBuildsCommand({ ids: [unknown, ...ids] }));
    expect(found.builds?.map(({ id }) => id)).toEqual(ids);
    expect(found.buildsNotFound).toEqual([unknown]);
  });

  test('projects', async () => {
    lasting({ concurrentBuildLimit: 3 });
    const found = await running.client.send(new BatchGetProjectsCommand({ names: ['lasting', 'gone'] }));
    expect(found.projects).toMatchObject([{ name: 'lasting', concurrentBuildLimit: 3 }]);
    expect(found.projectsNotFound).toEqual(['gone']);
  });

  test("a build's reports and their cases, by their ARNs", async () => {
    const build = await running.build(`
version: 0.2
phases:
  build:
    commands:
      - echo '<testsuite><testcase classname="s" name="a" time="0.5"/><testcase classname="s" name="b"><failure message="no"/></testcase></testsuite>' > x.xml
reports:
  unit: { files: x.xml }
`);
    const [arn = ''] = build.reportArns ?? [];
    const found = await running.client.send(new BatchGetReportsCommand({ reportArns: [arn, `${arn}0`] }));
    expect(found.reports).toMatchObject([
      {
        arn,
        name: 'unit',
        status: 'FAILED',
        executionId: build.arn,
        testSummary: { total: 2, statusCounts: { FAILED: 1 } },
      },
    ]);
    expect(found.reportsNotFound).toEqual([`${arn}0`]);
    const failing = new DescribeTestCasesCommand({ reportArn: arn, filter: { status: 'FAILED' } });
    expect((await running.client.send(failing)).testCases).toEqual([
      { reportArn: arn, prefix: 's', name: 'b', status: 'FAILED', durationInNanoSeconds: 0, message: 'no' },
    ]);
  });

  test('the log, by its link, and nothing beside it', async () => {
    const build = await running.build('version: 0.2\nphases: { build: { commands: [echo seen-in-log] } }\n');
    const text = await (await fetch(build.logs?.deepLink ?? '')).text();
    expect(text).toContain('Running command echo seen-in-log\nseen-in-log\n');
    writeFileSync(join(running.folder, 'codebuild/secret.log'), 'hush');
    expect((await fetch(`${running.codebuild.endpoint}/logs/..%2Fsecret`)).status).toBe(404);
  });
});
