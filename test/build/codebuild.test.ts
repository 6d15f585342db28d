import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatchGetBuildsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { releaseOfEvent } from '../../lib/build/build-state-change.ts';
import type { Started } from '../../lib/build/builds.ts';
import { codeBuild } from '../../lib/build/codebuild.ts';
import { ended, service } from '../codebuild/service.ts';
import { buildsContract, codebaseNamed } from '../contracts/builds.ts';

/** Waits for a file; the build's timeout ends it at last. */
const waiting = (file: string) => `
version: 0.2
env:
  exported-variables: [DROVER_DIGEST, DROVER_COMMIT]
phases:
  build:
    commands:
      - while [ ! -e '${file}' ]; do sleep 0.02; done
      - export DROVER_DIGEST=sha256:${'d'.repeat(64)}
`;

async function waitingService(limit?: number) {
  const running = await service({ concurrency: 10 });
  const go = join(running.folder, 'go');
  running.projects.push({
    name: 'drover-shop',
    source: { location: running.repository.folder },
    buildspec: waiting(go),
    ...(limit === undefined ? {} : { concurrentBuildLimit: limit }),
  });
  return { ...running, commit: () => running.repository.commit({}), release: () => writeFileSync(go, ''), go };
}

buildsContract('the local CodeBuild', waitingService);

describe('a build from start to end', () => {
  let running: Awaited<ReturnType<typeof waitingService>>;
  beforeAll(async () => {
    running = await waitingService(1);
  });
  afterAll(() => running.close());

  test('a limit refuses for now, the end is observed and told, and a repeated start finds the ended build', async () => {
    const builds = codeBuild(running.client, { registry: 'r' });
    const shop = codebaseNamed('shop');
    const commit = running.commit();
    const started = await builds.start(shop, commit, 1);
    if (started.kind !== 'started') throw new Error(started.reason);

    expect(await builds.start(shop, running.commit(), 1)).toMatchObject({ kind: 'refused', permanent: false });

    running.release();
    await ended(running.client, started.buildId);
    expect(existsSync(running.go)).toBe(true);
    expect(await builds.look(started.buildId)).toMatchObject({
      kind: 'succeeded',
      commit,
      digest: `sha256:${'d'.repeat(64)}`,
      logUrl: running.codebuild.logUrl(started.buildId),
    });
    expect(running.events.map(releaseOfEvent)).toEqual([
      { kind: 'ignored', reason: 'still-running' },
      { kind: 'build', codebase: 'shop', commit, buildId: started.buildId },
    ]);
    expect(await builds.start(shop, commit, 1)).toEqual(started);
  });
});

test('a build asks for the size that it needs, the same each time, and its project says the rest', async () => {
  const running = await waitingService();
  const builds = codeBuild(running.client, { registry: 'r' });
  const shop = codebaseNamed('shop');
  const machineOf = async (started: Started) => {
    if (started.kind !== 'started') throw new Error(started.reason);
    const { builds: [build] = [] } = await running.client.send(new BatchGetBuildsCommand({ ids: [started.buildId] }));
    return build?.environment?.computeType;
  };
  try {
    const commit = running.commit();
    const large = await builds.start(shop, commit, 1, 'large');
    expect(await machineOf(large)).toBe('BUILD_GENERAL1_LARGE');
    expect(await builds.start(shop, commit, 1, 'large')).toEqual(large);
    expect(await machineOf(await builds.start(shop, running.commit(), 1))).toBe('BUILD_GENERAL1_SMALL');
  } finally {
    await running.close();
  }
});

test('an outage throws: it is neither a refusal nor an absence', async () => {
  const client = new CodeBuildClient({
    endpoint: 'http://127.0.0.1:9',
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  const builds = codeBuild(client, { registry: 'r' });
  await expect(builds.start(codebaseNamed('shop'), 'a'.repeat(40), 1)).rejects.toThrow();
  await expect(builds.look('drover-shop:1')).rejects.toThrow();
});
