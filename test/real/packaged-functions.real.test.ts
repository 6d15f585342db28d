import { execFileSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageAll } from '../../infra/package.ts';
import { storeToken } from '../../lib/history/token-table.ts';
import { makeToken } from '../../lib/history/tokens.ts';
import { startAws } from '../../local/aws/aws.ts';
import { localCredentials, localEnvironment, localRegion } from '../../local/aws/credentials.ts';
import { startDynamoDb } from '../../local/aws/dynamodb.ts';
import { ecrService } from '../../local/aws/ecr.ts';
import { openQueues, sqsService } from '../../local/aws/sqs.ts';
import { ssmService } from '../../local/aws/ssm.ts';
import { startRegistry } from '../../local/registry/registry.ts';
import { startObjectStore } from '../recipe/object-store.ts';
import { lambdaRuntimeMissing, type RunningFunction, runFunction } from './engines/lambda-runtime.ts';
import { withEngine } from './engines/with-engine.ts';

// Over 150 lines: seven functions, each with one real event, over one small AWS.

const commit = 'c0ffee'.padEnd(40, '1');
const buildId = 'drover-hello:6f1c2d3e-0000-4000-8000-000000000000';
const webhookSecret = 'a secret of the webhook';
const Table = 'drover';
const now = () => Date.now();

withEngine('the packaged functions under Lambda’s runtime', lambdaRuntimeMissing, () => {
  const work = mkdtempSync(join(tmpdir(), 'drover-lambda-'));
  const closing: (() => Promise<unknown>)[] = [];
  let environment: Record<string, string>;
  let token: string;
  let objects: Awaited<ReturnType<typeof startObjectStore>>;
  const started: unknown[] = [];

  beforeAll(async () => {
    packageAll();
    const registry = await startRegistry({
      port: 0,
      folder: join(work, 'registry'),
      now,
      immutable: true,
      createOnPush: true,
    });
    const dynamodb = await startDynamoDb({ port: 0, table: Table });
    const queues = openQueues({ folder: join(work, 'queues'), now });
    queues.create({ name: 'wake' });
    const ssm = ssmService({ folder: join(work, 'parameters'), now });
    await ssm.operations.PutParameter?.({
      Name: '/drover/github-webhook-secret',
      Value: webhookSecret,
      Type: 'SecureString',
    });
    await ssm.operations.PutParameter?.({ Name: '/drover/approval-key', Value: 'k'.repeat(64), Type: 'SecureString' });
    let url = '';
    const services = [
      ecrService({ store: registry.store, host: registry.host, now }),
      ssm,
      sqsService(queues, () => url),
      codeBuild,
    ];
    const aws = await startAws({ port: 0, now, dynamodb, services });
    url = aws.url;
    objects = await startObjectStore();
    closing.push(aws.close, dynamodb.close, registry.close, objects.close);
    environment = {
      ...localEnvironment(aws.url),
      AWS_ENDPOINT_URL_S3: objects.endpoint,
      DROVER_TABLE: Table,
      DROVER_QUEUE_URL: `${aws.url}/000000000000/wake`,
      DROVER_URL: 'https://drover.example',
      DROVER_REGISTRY: registry.host,
    };
    const client = new DynamoDBClient({ endpoint: dynamodb.url, region: localRegion, credentials: localCredentials });
    const made = makeToken('tester', 'read', now(), randomBytes);
    await storeToken({ client: DynamoDBDocumentClient.from(client), tableName: Table }, made.stored);
    token = made.text;
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    rmSync(work, { recursive: true, force: true });
  });

  /** As much of CodeBuild as a start and a look ask of it. */
  const codeBuild = {
    target: 'CodeBuild_20161006',
    version: '1.1' as const,
    operations: {
      ListBuildsForProject: async () => ({ ids: [] }),
      StartBuild: async (input: unknown) => {
        started.push(input);
        return { build: { id: buildId, buildStatus: 'IN_PROGRESS', sourceVersion: commit } };
      },
      BatchGetBuilds: async () => ({
        builds: [
          {
            id: buildId,
            buildStatus: 'FAILED',
            currentPhase: 'COMPLETED',
            startTime: 1,
            endTime: 2,
            sourceVersion: commit,
          },
        ],
      }),
    },
  };

  async function answerOf(name: string, event: unknown): Promise<unknown> {
    const running: RunningFunction = await runFunction(name, `.package/${name}.zip`, work, environment);
    try {
      return await running.invoke(event);
    } finally {
      await running.close();
    }
  }

  it('webhook: a signed push queues a release and starts its build', async () => {
    const body = JSON.stringify(pushOf(commit));
    const answer = await answerOf(
      'webhook',
      httpEvent('POST', '/webhooks/github', body, {
        'x-github-event': 'push',
        'x-github-delivery': 'd1',
        'content-type': 'application/json',
        'x-hub-signature-256': `sha256=${createHmac('sha256', webhookSecret).update(body).digest('hex')}`,
      }),
    );
    expect(answer).toMatchObject({ statusCode: 202, body: expect.stringContaining('release-queued') });
    expect(started).toMatchObject([{ projectName: 'drover-hello', sourceVersion: commit }]);
  });

  it('webhook: a wrong signature is refused', async () => {
    const headers = {
      'x-github-event': 'push',
      'x-github-delivery': 'd2',
      'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
    };
    expect(await answerOf('webhook', httpEvent('POST', '/webhooks/github', '{}', headers))).toMatchObject({
      statusCode: 401,
    });
  });

  it('build-finished: a failed build ends the release', async () => {
    expect(await answerOf('build-finished', buildEvent)).toBeNull();
  });

  it('api: the history says so, to who has a token', async () => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await answerOf('api', httpEvent('GET', '/releases', '', headers));
    expect(answer).toMatchObject({ statusCode: 200, body: expect.stringContaining('"state":"failed"') });
    expect(answer).toMatchObject({ body: expect.stringContaining(commit) });
  });

  it('approval: a link that is not ours shows a page that says so', async () => {
    const event = httpEvent('GET', '/approvals/v1.none.none', '', {}, { token: 'v1.none.none' });
    expect(await answerOf('approval', event)).toMatchObject({
      statusCode: expect.toSatisfy((status: number) => status >= 400 && status < 500),
      headers: { 'content-type': expect.stringContaining('text/html') },
    });
  });

  it('worker: a wake is handled', async () => {
    const wake = { key: { codebase: 'hello', record: `release#${commit}` } };
    const Records = [{ messageId: 'm1', body: JSON.stringify(wake), eventSource: 'aws:sqs' }];
    expect(await answerOf('worker', { Records })).toEqual({ batchItemFailures: [] });
  });

  it('sweep: a minute passes', async () => {
    expect(await answerOf('sweep', { source: 'aws.events', 'detail-type': 'Scheduled Event' })).toBeNull();
  });

  it('publish-recipes: the recipes in its zip are copied, and CloudFormation is told', async () => {
    const answer = await answerOf('publish-recipes', {
      RequestType: 'Create',
      ResponseURL: `${objects.endpoint}/answers/signed`,
      StackId: 's',
      RequestId: 'r',
      LogicalResourceId: 'Recipes',
      ResourceProperties: { ServiceToken: 'arn', Bucket: 'recipes', Prefix: 'a'.repeat(32) },
    });
    expect(answer).toBeNull();
    expect(JSON.parse(objects.objects.get('answers/signed')?.toString() ?? '{}')).toMatchObject({ Status: 'SUCCESS' });
    expect([...objects.objects.keys()]).toEqual(
      expect.arrayContaining([`recipes/${'a'.repeat(32)}/tools.zip`, `recipes/${'a'.repeat(32)}/rust.yml`]),
    );
    const tools = join(work, 'tools.zip');
    execFileSync('sh', ['-c', `cat > ${tools}`], { input: objects.objects.get(`recipes/${'a'.repeat(32)}/tools.zip`) });
    expect(execFileSync('unzip', ['-l', tools]).toString()).toContain('image.mjs');
  });

  it('the webhook’s zip is within its limit', () => {
    expect(readFileSync('.package/webhook.zip').length).toBeLessThanOrEqual(135_000);
  });
});

function pushOf(after: string) {
  const pushedAt = 1_790_000_000;
  return {
    ref: 'refs/heads/main',
    before: '0'.repeat(40),
    after,
    created: false,
    deleted: false,
    forced: false,
    repository: { full_name: 'drover-samples/hello', pushed_at: pushedAt },
    head_commit: { id: after, message: 'feat: greet', author: { name: 'Ada', username: 'ada' } },
    pusher: { name: 'ada' },
    sender: { login: 'ada' },
  };
}

const buildEvent = {
  version: '0',
  id: 'e1',
  source: 'aws.codebuild',
  'detail-type': 'CodeBuild Build State Change',
  detail: {
    'build-status': 'FAILED',
    'project-name': 'drover-hello',
    'build-id': `arn:aws:codebuild:${localRegion}:000000000000:build/${buildId}`,
    'additional-information': {
      'source-version': commit,
      environment: {
        'environment-variables': [
          { name: 'DROVER_COMMIT', value: commit },
          { name: 'DROVER_BUILD', value: `${commit}.1` },
        ],
      },
    },
  },
};

function httpEvent(method: string, path: string, body: string, headers: Record<string, string>, pathParameters = {}) {
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers,
    requestContext: { http: { method, path, sourceIp: '127.0.0.1' } },
    pathParameters,
    body,
    isBase64Encoded: false,
  };
}
