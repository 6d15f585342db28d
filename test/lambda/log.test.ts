import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Failure } from '../../lib/lambda/failure.ts';
import { type Log, startLog } from '../../lib/lambda/log.ts';
import { startMetrics } from '../../lib/lambda/metrics.ts';
import { scrub } from '../../lib/lambda/scrub.ts';
import { expectNoLeak, linesOf } from '../contracts/secrecy.ts';

const Line = z.looseObject({ level: z.string(), message: z.string(), service: z.string(), timestamp: z.string() });
const logged = async (work: (log: Log) => void) =>
  (await linesOf(() => work(startLog()))).map((line) => Line.parse(JSON.parse(line)));

describe('startLog', () => {
  it('writes one JSON line each, of the service drover', async () => {
    const lines = await logged((log) => {
      log.info('build started', { attempt: 2 });
      log.warn('told later');
    });

    expect(lines).toMatchObject([
      { level: 'INFO', message: 'build started', service: 'drover', attempt: 2 },
      { level: 'WARN', message: 'told later', service: 'drover' },
    ]);
  });

  it('names the release on every line of a child, and of no other', async () => {
    const lines = await logged((log) => {
      const shop = log.of({ codebase: 'shop', commit: '4f2a' });
      shop.info('queued');
      shop.of({ environment: 'production' }).info('live');
      log.info('swept');
    });

    expect(lines[0]).toMatchObject({ codebase: 'shop', commit: '4f2a' });
    expect(lines[1]).toMatchObject({ codebase: 'shop', commit: '4f2a', environment: 'production' });
    expect(lines[0]).not.toHaveProperty('environment');
    expect(lines[2]).not.toHaveProperty('codebase');
  });

  it('says of an error its code, words and causes', async () => {
    const cause = new TypeError('socket closed');
    const failure = new Failure('registry-unavailable', 'the registry did not answer', { retryable: true, cause });
    const [line] = await logged((log) => log.error('confirm failed', failure));

    expect(line).toMatchObject({
      level: 'ERROR',
      failure: {
        name: 'Failure',
        code: 'registry-unavailable',
        retryable: true,
        message: 'the registry did not answer',
        stack: expect.stringContaining('log.test.ts'),
        cause: { name: 'TypeError', message: 'socket closed' },
      },
    });
  });

  it('leaks nothing that hangs on an error or stands in its words', async () => {
    const token = 'abcdefghijklmnopqrstuvwxyz0123456789';
    const hook = 'https://hooks.slack.com/services/T000/B000/XXXXYYYYZZZZ';
    const sdk = Object.assign(
      new Error(`GET https://sts.example/?X-Amz-Signature=${token}&a=1 failed with Bearer ${token}`),
      {
        $response: { headers: { authorization: `Bearer ${token}` }, body: `payload ${token}` },
      },
    );
    const lines = await linesOf(() => {
      const log = startLog().of({ link: `https://drover.example/approvals/${token}` });
      log.error(`posting to ${hook}`, new Error(`${hook} refused k8s-aws-v1.${token}`, { cause: sdk }));
      log.info(`see /approvals/${token}`, { address: `https://someone:${token}@git.example/x` });
      log.error('odd', { thrown: token });
    });

    expect(lines).toHaveLength(3);
    expectNoLeak(lines, [token, hook, 'XXXXYYYYZZZZ']);
  });

  it('ends at causes that go round', async () => {
    const one = new Error('one');
    one.cause = new Error('two', { cause: one });

    expect(await logged((log) => log.error('round', one))).toHaveLength(1);
  });
});

it('scrub leaves plain words alone', () => {
  const plain = 'waiting for 1 of 2 new pods; sha256:4f2a, token expired, https://github.com/acme/shop/commit/4f2a';
  expect(scrub(plain)).toBe(plain);
});

it('startMetrics writes what the alarms read, each at once', async () => {
  const lines = await linesOf(() => {
    const metrics = startMetrics();
    metrics.seconds('DueSeconds', 12);
    metrics.count('NoticesLost');
  });

  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      service: 'drover',
      DueSeconds: 12,
      _aws: { CloudWatchMetrics: [{ Namespace: 'drover', Metrics: [{ Name: 'DueSeconds', Unit: 'Seconds' }] }] },
    },
    { service: 'drover', NoticesLost: 1 },
  ]);
});
