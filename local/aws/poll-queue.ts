import type { SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { callFunction, type LambdaHandler } from '../lambda/call.ts';
import { localAccount, localRegion } from './credentials.ts';
import { md5 } from './md5.ts';
import { type Queue, queueArn, type Received } from './queue.ts';
import { queueWait } from './queue-wait.ts';

export type PollOptions = {
  queue: Queue;
  handler: LambdaHandler<SQSEvent>;
  functionName: string;
  now: () => number;
  /** Messages a call; 10 at most. */
  batchSize?: number;
  /** Calls at once. */
  concurrency?: number;
  timeoutSeconds?: number;
  /** Told of every call. Bodies are never in it. */
  report?: (line: { messages: number; failed: number; milliseconds: number; reason?: string }) => void;
};

const Answer = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/**
 * Lambda's event source mapping in this process: it calls the handler with batches and deletes what succeeded; the rest
 * comes again after the visibility timeout. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function pollQueue(options: PollOptions): { close: () => Promise<void> } {
  const stop = new AbortController();
  const loops = Array.from({ length: options.concurrency ?? 1 }, () => loop(options, stop.signal));
  return {
    /** Takes no more messages and waits for the calls under way. */
    close: async () => {
      stop.abort();
      await Promise.all(loops);
    },
  };
}

async function loop(options: PollOptions, signal: AbortSignal): Promise<void> {
  const { queue, now } = options;
  while (!signal.aborted) {
    const batch = queue.receive(Math.min(options.batchSize ?? 10, 10));
    if (batch.length > 0) await callWith(options, batch);
    else await queueWait(queue, now, Number.POSITIVE_INFINITY, signal);
  }
}

async function callWith(options: PollOptions, batch: Received[]): Promise<void> {
  const { queue, handler, functionName: name, now, timeoutSeconds = 60 } = options;
  const started = now();
  const event = { Records: batch.map((message) => record(queue.name, message)) };
  const outcome = await callFunction(handler, event, { name, timeoutSeconds, now });
  const failed = outcome.kind === 'answered' ? failedOf(outcome.value, batch) : new Set(batch.map(({ id }) => id));
  for (const message of batch) if (!failed.has(message.id)) queue.remove(message.receipt);
  options.report?.({
    messages: batch.length,
    failed: failed.size,
    milliseconds: now() - started,
    ...(outcome.kind === 'failed' ? { reason: outcome.reason } : {}),
    ...(outcome.kind === 'timed-out' ? { reason: 'the function took too long' } : {}),
  });
}

/** Null and empty mean that all succeeded; an identifier that is empty, misnamed or not of the batch means that all failed. */
function failedOf(value: unknown, batch: Received[]): Set<string> {
  const ids = batch.map(({ id }) => id);
  const parsed = Answer.safeParse(value);
  if (!parsed.success) return new Set(ids);
  const failed = (parsed.data?.batchItemFailures ?? []).map((failure) => failure.itemIdentifier);
  return new Set(failed.every((id) => ids.includes(id)) ? failed : ids);
}

const record = (queueName: string, message: Received): SQSEvent['Records'][number] => ({
  messageId: message.id,
  receiptHandle: message.receipt,
  body: message.body,
  attributes: {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: localAccount,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
  },
  messageAttributes: {},
  md5OfBody: md5(message.body),
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn(queueName),
  awsRegion: localRegion,
});
