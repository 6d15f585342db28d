import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { seconds } from './instant.ts';
import type { SendWake } from './wake.ts';

/** SQS's own limit for a delayed message, in seconds. */
const LONGEST_DELAY_SECONDS = 900;

/** Sends wakes through a queue, delayed by whole seconds. */
export const sqsWake =
  (client: SQSClient, QueueUrl: string): SendWake =>
  async (wake, delay) => {
    const DelaySeconds = Math.min(LONGEST_DELAY_SECONDS, Math.ceil(delay / seconds(1)));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(wake), DelaySeconds }));
  };
