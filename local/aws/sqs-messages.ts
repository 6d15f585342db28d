import * as z from 'zod';
import { md5 } from './md5.ts';
import { queueWait } from './queue-wait.ts';
import { AwsFault, type Operation, operation } from './service.ts';
import type { Queues } from './sqs.ts';
import { checkBatch, checkedReceipt, shown } from './sqs-message-parts.ts';

const invalid = 'InvalidParameterValue';

/** 1 MiB: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const Body = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= 1_048_576, 'Message must be shorter than 1048576 bytes.');
const Delay = z.number().int().min(0).max(900).optional();
const Visibility = z.number().int().min(0).max(43_200);
/** Attributes of messages are not kept: refused rather than lost. */
const NoAttributes = z
  .record(z.string(), z.unknown())
  .refine((given) => Object.keys(given).length === 0)
  .optional();

/** Messages: sent, received, hidden, removed, one by one and in batches. */
export function messageOperations(queues: Queues): Record<string, Operation> {
  return {
    SendMessage: operation(
      z.object({ QueueUrl: z.string(), MessageBody: Body, DelaySeconds: Delay, MessageAttributes: NoAttributes }),
      ({ QueueUrl, MessageBody, DelaySeconds }) => ({
        MessageId: queues.byUrl(QueueUrl).send(MessageBody, DelaySeconds),
        MD5OfMessageBody: md5(MessageBody),
      }),
      invalid,
    ),

    SendMessageBatch: operation(
      z.object({
        QueueUrl: z.string(),
        Entries: z.array(
          z.object({ Id: z.string(), MessageBody: Body, DelaySeconds: Delay, MessageAttributes: NoAttributes }),
        ),
      }),
      ({ QueueUrl, Entries }) => {
        checkBatch(Entries);
        const queue = queues.byUrl(QueueUrl);
        return {
          Successful: Entries.map(({ Id, MessageBody, DelaySeconds }) => ({
            Id,
            MessageId: queue.send(MessageBody, DelaySeconds),
            MD5OfMessageBody: md5(MessageBody),
          })),
        };
      },
      invalid,
    ),

    ReceiveMessage: operation(
      z.object({
        QueueUrl: z.string(),
        MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
        VisibilityTimeout: Visibility.optional(),
        WaitTimeSeconds: z.number().int().min(0).max(20).default(0),
        AttributeNames: z.array(z.string()).default([]),
        MessageSystemAttributeNames: z.array(z.string()).default([]),
      }),
      async ({ QueueUrl, MaxNumberOfMessages, VisibilityTimeout, WaitTimeSeconds, ...names }) => {
        const queue = queues.byUrl(QueueUrl);
        const until = queues.now() + WaitTimeSeconds * 1_000;
        let received = queue.receive(MaxNumberOfMessages, VisibilityTimeout);
        while (received.length === 0 && queues.now() < until) {
          await queueWait(queue, queues.now, until);
          received = queue.receive(MaxNumberOfMessages, VisibilityTimeout);
        }
        const wanted = [...names.AttributeNames, ...names.MessageSystemAttributeNames];
        return received.length > 0 ? { Messages: received.map((message) => shown(message, wanted)) } : {};
      },
      invalid,
    ),

    DeleteMessage: operation(
      z.object({ QueueUrl: z.string(), ReceiptHandle: z.string() }),
      ({ QueueUrl, ReceiptHandle }) => {
        queues.byUrl(QueueUrl).remove(checkedReceipt(ReceiptHandle));
        return {};
      },
      invalid,
    ),

    DeleteMessageBatch: operation(
      z.object({ QueueUrl: z.string(), Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string() })) }),
      ({ QueueUrl, Entries }) => {
        checkBatch(Entries);
        const queue = queues.byUrl(QueueUrl);
        for (const { ReceiptHandle } of Entries) queue.remove(checkedReceipt(ReceiptHandle));
        return { Successful: Entries.map(({ Id }) => ({ Id })) };
      },
      invalid,
    ),

    ChangeMessageVisibility: operation(
      z.object({ QueueUrl: z.string(), ReceiptHandle: z.string(), VisibilityTimeout: Visibility }),
      ({ QueueUrl, ReceiptHandle, VisibilityTimeout }) => {
        if (!queues.byUrl(QueueUrl).hide(checkedReceipt(ReceiptHandle), VisibilityTimeout))
          throw new AwsFault('MessageNotInflight', 'The specified message is not in flight.');
        return {};
      },
      invalid,
    ),

    PurgeQueue: operation(
      z.object({ QueueUrl: z.string() }),
      ({ QueueUrl }) => {
        queues.byUrl(QueueUrl).clear();
        return {};
      },
      invalid,
    ),
  };
}
