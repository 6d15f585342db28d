import * as z from 'zod';
import { localAccount } from './credentials.ts';
import { openQueue, type Queue, type QueueOptions } from './queue.ts';
import { AwsFault, type JsonService } from './service.ts';
import { messageOperations } from './sqs-messages.ts';
import { queueOperations } from './sqs-queues.ts';

/** A queue by its name; `deadLetter` names another one that was given before it. */
export type QueueDefinition = {
  name: string;
  visibilitySeconds?: number;
  delaySeconds?: number;
  deadLetter?: { queue: string; maxReceiveCount: number };
};

export type Queues = ReturnType<typeof openQueues>;

/** The queues of the local stack. Messages are kept in the folder; the queues themselves are made anew at each start. */
export function openQueues({ folder, now }: Pick<QueueOptions, 'folder' | 'now'>) {
  const queues = new Map<string, Queue>();
  const named = (name: string): Queue => {
    const queue = queues.get(name);
    if (!queue) throw new AwsFault('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  };
  return {
    now,
    named,
    known: (name: string): Queue | undefined => queues.get(name),
    names: (): string[] => [...queues.keys()].sort(),
    create: ({ deadLetter, ...rest }: QueueDefinition): Queue => {
      const redrive = deadLetter && { to: named(deadLetter.queue), maxReceiveCount: deadLetter.maxReceiveCount };
      const queue = openQueue({ folder, now, ...rest, ...(redrive ? { redrive } : {}) });
      queues.set(queue.name, queue);
      return queue;
    },
    /** The queue that a URL names: its last part. */
    byUrl: (url: string): Queue =>
      named(z.url().safeParse(url).success ? (new URL(url).pathname.split('/').at(-1) ?? '') : url),
  };
}

/** SQS in the JSON protocol: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html */
export function sqsService(queues: Queues, url: () => string): JsonService {
  return {
    target: 'AmazonSQS',
    version: '1.0',
    operations: {
      ...queueOperations(queues, (name) => queueUrl(url(), name)),
      ...messageOperations(queues),
    },
    queryCode: (name) =>
      ({ QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue' })[name] ??
      { EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest' }[name] ??
      name,
  };
}

/** What DROVER_QUEUE_URL holds on one machine: `url` is that of the endpoint. */
export const queueUrl = (url: string, name: string): string => `${url}/${localAccount}/${name}`;
