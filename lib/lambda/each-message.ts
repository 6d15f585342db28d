import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type * as z from 'zod';
import type { Log } from './log.ts';

/** Handles every message of a batch, one after the other; those whose handling throws, or that do not parse, are named as failed. */
export async function eachMessage<T>(
  { Records }: SQSEvent,
  schema: z.ZodType<T>,
  handle: (message: T) => Promise<void>,
  log: Pick<Log, 'error'>,
): Promise<SQSBatchResponse> {
  const failed: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of Records) {
    try {
      await handle(schema.parse(JSON.parse(body)));
    } catch (error) {
      log.error('message not handled', error, { message: messageId });
      failed.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures: failed };
}
