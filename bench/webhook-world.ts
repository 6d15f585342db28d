import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { handler } from '../functions/webhook.ts';
import { loadHerd } from '../infra/load-herd.ts';
import type { Herd } from '../lib/codebase/codebase.ts';
import { herdJson } from '../lib/codebase/read-herd.ts';
import type { Carriers } from '../lib/engine/carry.ts';
import { type Engine, engine } from '../lib/engine/engine.ts';
import { releaseKey, targetKey } from '../lib/engine/key.ts';
import { dynamoStore } from '../lib/store/dynamo-store.ts';
import { startAws } from '../local/aws/aws.ts';
import { localCredentials, localEnvironment, localRegion } from '../local/aws/credentials.ts';
import { startDynamoDb } from '../local/aws/dynamodb.ts';
import { openQueues, queueUrl, sqsService } from '../local/aws/sqs.ts';
import { ssmService } from '../local/aws/ssm.ts';
import { startCodeBuild } from '../local/codebuild/codebuild.ts';
import { logToFile } from '../local/log-to-file.ts';
import { startCounting } from './counting-endpoint.ts';
import { webhookSecret } from './deliveries.ts';
import { root } from './packaged.ts';

const table = 'drover';
const now = () => Date.now();

/** The webhook's own handler in this process, over the local AWS and the local CodeBuild, whose builds wait for ever; every call counted. */
export async function webhookWorld(work: string) {
  const { herd, file } = loadHerd(join(root, 'codebases.yml'));
  const queues = openQueues({ folder: join(work, 'queues'), now });
  queues.create({ name: 'wake' });
  mkdirSync(join(work, 'parameters'));
  const ssm = ssmService({ folder: join(work, 'parameters'), now });
  const secret = { Name: '/drover/github-webhook-secret', Value: webhookSecret, Type: 'SecureString' };
  await ssm.operations.PutParameter?.(secret);
  const dynamodb = await startDynamoDb({ port: 0, table });
  let url = '';
  const aws = await startAws({ port: 0, now, dynamodb, services: [ssm, sqsService(queues, () => url)] });
  url = aws.url;
  const codebuild = await startCodeBuild({
    port: 0,
    folder: join(work, 'codebuild'),
    projects: () => herd.codebases.map(({ name }) => ({ name: `drover-${name}`, source: { location: 'none' } })),
    environment: {},
    concurrency: 0,
    now,
  });
  const counting = await startCounting(aws.url, codebuild.endpoint);

  writeFileSync(join(work, 'herd.json'), herdJson(file));
  logToFile(join(work, 'functions.log'));
  Object.assign(process.env, localEnvironment(counting.url), {
    AWS_ENDPOINT_URL_CODEBUILD: counting.url,
    DROVER_TABLE: table,
    DROVER_QUEUE_URL: queueUrl(counting.url, 'wake'),
    DROVER_URL: 'https://drover.example',
    DROVER_REGISTRY: 'registry.example',
    DROVER_HERD: join(work, 'herd.json'),
  });

  const client = new DynamoDBClient({ endpoint: dynamodb.url, region: localRegion, credentials: localCredentials });
  const codebase = herd.codebases[0];
  return {
    handler,
    counting,
    codebase,
    /** The other functions' part, uncounted: the builds of these commits succeed, and the target's cluster has been looked at. */
    settle: async (...commits: string[]) => {
      const { woken } = otherFunctions(client, herd);
      if (codebase === undefined) return;
      for (const commit of commits) await woken({ key: releaseKey(codebase.name, commit) });
      for (const { name } of codebase.environments) await woken({ key: targetKey(codebase.name, name) });
    },
    close: async () => {
      client.destroy();
      for (const { close } of [counting, codebuild, aws, dynamodb]) await close();
    },
  };
}

/** An engine that finds each build succeeded and nothing running in any cluster; ten minutes ahead, when all that is owed is due. */
function otherFunctions(client: DynamoDBClient, herd: Herd): Engine {
  const digest = `sha256:${'6e'.repeat(32)}`;
  const nothing = () => undefined;
  const carriers: Carriers = {
    'look-build': async ({ buildId }, { record }) => {
      if (record.kind !== 'release') return undefined;
      const { codebase, commit } = record;
      const observed = { kind: 'succeeded' as const, digest, commit, finishedAt: Date.now(), phases: [] };
      return { of: 'release', codebase, commit, event: { kind: 'build-observed', buildId, observed } };
    },
    'confirm-image': async (_effect, { record }) => {
      if (record.kind !== 'release') return undefined;
      const { codebase, commit } = record;
      const image = `registry.example/drover/${codebase}@${digest}`;
      return { of: 'release', codebase, commit, event: { kind: 'registry-answered', digest, image } };
    },
    'look-cluster': async (_effect, { record }) => {
      if (record.kind !== 'target') return undefined;
      const look = { kind: 'missing' as const, reason: 'nothing runs there yet' };
      const { codebase, environment } = record;
      return { of: 'target', codebase, environment, event: { kind: 'baseline-seen', look } };
    },
    tell: async () => undefined,
  };
  return engine({
    store: dynamoStore(client, table),
    carriers,
    sendWake: async () => undefined,
    policy: { herd, lookAfter: 300_000, watchAfter: 5_000 },
    lease: 90_000,
    now: () => Date.now() + 600_000,
    report: { decided: nothing, failed: nothing, notTold: nothing, notWoken: nothing, unreadable: nothing },
  });
}
