import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildLog } from '../../lib/build/build-log.ts';
import { type LocalAws, startAws } from '../../local/aws/aws.ts';
import { localCredentials, localRegion } from '../../local/aws/credentials.ts';
import { logsService } from '../../local/aws/logs.ts';
import { service } from '../codebuild/service.ts';

let running: Awaited<ReturnType<typeof service>>;
let aws: LocalAws;
beforeAll(async () => {
  running = await service();
  aws = await startAws({ port: 0, now: Date.now, services: [logsService(running.codebuild.logs)] });
});
afterAll(async () => {
  await aws.close();
  await running.close();
});

test('the log of a build is found by its id and read to its end', async () => {
  const config = { endpoint: aws.url, region: localRegion, credentials: localCredentials, maxAttempts: 1 };
  const log = buildLog(running.client, new CloudWatchLogsClient(config));
  const { id = '' } = await running.build(
    'version: 0.2\nphases: { build: { commands: ["printf \'a\\\\377b\\\\rc\\\\n\'"] } }\n',
  );

  const found = await log.find(id);
  if (!found?.place) throw new Error('no log is told');
  expect(found.hasEnded).toBe(true);
  const lines: string[] = [];
  let page = await log.read(found.place);
  for (; page && !page.isEnd; page = await log.read(found.place, page.next)) lines.push(...page.lines);
  expect(lines.join('\n')).toContain('Entering phase BUILD');
  // What is no UTF-8 is shown as such, and a carriage return begins a line of its own.
  expect(lines).toEqual(expect.arrayContaining(['a\ufffdb', 'c']));

  expect(await log.find('p0:00000000-0000-4000-8000-000000000000')).toBeUndefined();
  expect(await log.read({ ...found.place, stream: 'none' })).toBeUndefined();
  expect(await log.read({ ...found.place, stream: '../../secret' })).toBeUndefined();
});
