import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { seconds } from './instant.ts';

/** SQS's own limit for a delayed message, in seconds. */
const LONGEST_DELAY_SECONDS = 900;

/** Sends wakes, and what else the worker takes from its queue, delayed by whole seconds. */
export const sqsWake =
  <M extends object>(client: SQSClient, QueueUrl: string): ((message: M, delay: number) => Promise<void>) =>
  async (message, delay) => {
    const DelaySeconds = Math.min(LONGEST_DELAY_SECONDS, Math.ceil(delay / seconds(1)));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), DelaySeconds }));
  };
