import type { SQSEvent } from 'aws-lambda';
import { expect, onTestFinished, test } from 'vitest';
import { type PollOptions, pollQueue } from '../../local/aws/poll-queue.ts';
import { openQueue } from '../../local/aws/queue.ts';
import { poll } from '../contracts/poll.ts';
import { testFolder } from '../disk/folder.ts';

/** A queue whose failed messages come again only when the test lets time pass. */
function started(handler: PollOptions['handler'], options: Partial<PollOptions> = {}) {
  let at = 1_000_000;
  const now = () => at;
  const queue = openQueue({ name: 'wake', folder: testFolder(), now, visibilitySeconds: 60 });
  const poller = pollQueue({ queue, handler, functionName: 'worker', now, ...options });
  onTestFinished(poller.close);
  const pass = (seconds: number): void => {
    at += seconds * 1_000;
  };
  return { queue, pass, close: poller.close };
}

const bodies = (event: SQSEvent) => event.Records.map((record) => record.body);

test('what the handler took is deleted', async () => {
  const seen: string[] = [];
  const { queue } = started(async (event) => void seen.push(...bodies(event)));
  queue.send('one');
  await poll('the queue to be empty', () => (queue.nextVisibleAt() === undefined ? true : undefined));
  expect(seen).toEqual(['one']);
});

test('only what is named as failed stays, and comes again after the visibility timeout', async () => {
  const calls: string[][] = [];
  const handler = async (event: SQSEvent) => {
    calls.push(bodies(event));
    const bad = event.Records.filter(
      ({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1',
    );
    return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
  const { queue, pass } = started(handler);
  queue.send('good');
  queue.send('bad');
  await poll('one to be left', () => (calls.flat().length === 2 && queue.counts().inFlight === 1 ? true : undefined));
  pass(60);
  await poll('the queue to be empty', () => (queue.nextVisibleAt() === undefined ? true : undefined));
  expect(calls.flat().sort()).toEqual(['bad', 'bad', 'good']);
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html, "Success and failure conditions"
test.each<[string, unknown, number]>([
  ['nothing', undefined, 0],
  ['null', null, 0],
  ['an empty object', {}, 0],
  ['an empty list', { batchItemFailures: [] }, 0],
  ['a null list', { batchItemFailures: null }, 0],
  ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }, 1],
  ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }, 1],
  ['a wrong key', { batchItemFailures: [{ id: 'x' }] }, 1],
  ['an identifier that was not in the batch', { batchItemFailures: [{ itemIdentifier: 'x' }] }, 1],
])('a handler that answers %s', async (_, answer, left) => {
  const failed: number[] = [];
  const { queue } = started(async () => answer, { report: (line) => void failed.push(line.failed) });
  queue.send('one');
  await poll('the call', () => (failed.length > 0 ? true : undefined));
  expect(failed).toEqual([left]);
  expect(queue.counts().inFlight).toBe(left);
});

test('a handler that throws, or takes too long, has taken nothing', async () => {
  const reasons: (string | undefined)[] = [];
  const report: PollOptions['report'] = ({ reason }) => void reasons.push(reason);
  const thrower = started(
    async () => {
      throw new Error('no cluster');
    },
    { report },
  );
  thrower.queue.send('one');
  await poll('the call', () => (reasons.length === 1 ? true : undefined));
  const { promise, resolve: release } = Promise.withResolvers<void>();
  const slow = started(() => promise, {
    report,
    timeoutSeconds: 0.02,
  });
  slow.queue.send('two');
  await poll('the call', () => (reasons.length === 2 ? true : undefined));
  release();
  expect(reasons).toEqual(['no cluster', 'the function took too long']);
  expect([thrower.queue.counts().inFlight, slow.queue.counts().inFlight]).toEqual([1, 1]);
});

test('closing waits for the call under way and takes no other', async () => {
  const { promise, resolve: finish } = Promise.withResolvers<void>();
  let calls = 0;
  const { queue, close } = started(() => {
    calls++;
    return promise;
  });
  queue.send('one');
  await poll('the call', () => (calls === 1 ? true : undefined));
  const closed = close();
  queue.send('two');
  finish();
  await closed;
  expect([calls, queue.counts().visible]).toEqual([1, 1]);
});
