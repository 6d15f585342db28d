// Over 150 lines: the API's rules, each with AWS's own sentence.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  ListBuildsForProjectCommand,
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

/** A project whose builds write a file with their shell's id and then last for a minute. */
function lasting(more: object = {}): string {
  const buildspec = `version: 0.2\nphases:\n  build: { commands: ['sleep 60 & echo $! > ../child && wait'], finally: ['echo never'] }\n  post_build: { commands: ['echo never'] }\n`;
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
    await expect(start(commit, { privilegedModeOverride: true })).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
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

  test('the log, by its link, and nothing beside it', async () => {
    const build = await running.build('version: 0.2\nphases: { build: { commands: [echo seen-in-log] } }\n');
    const text = await (await fetch(build.logs?.deepLink ?? '')).text();
    expect(text).toContain('Running command echo seen-in-log\nseen-in-log\n');
    writeFileSync(join(running.folder, 'codebuild/secret.log'), 'hush');
    expect((await fetch(`${running.codebuild.endpoint}/logs/..%2Fsecret`)).status).toBe(404);
  });
});
