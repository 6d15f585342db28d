import * as z from 'zod';
import { queueArn } from './queue.ts';
import { AwsFault, type Operation, operation } from './service.ts';
import type { Queues } from './sqs.ts';

const RedrivePolicy = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number().int().min(1) });
const invalid = 'InvalidParameterValue';

/** Queues: made, found and described. */
export function queueOperations(queues: Queues, urlOf: (name: string) => string): Record<string, Operation> {
  return {
    CreateQueue: operation(
      z.object({
        QueueName: z.string().regex(/^[\w-]{1,80}$/),
        Attributes: z
          .object({
            VisibilityTimeout: z.coerce.number().int().min(0).max(43_200),
            DelaySeconds: z.coerce.number().int().min(0).max(900),
            RedrivePolicy: z.string(),
          })
          .partial()
          .default({}),
      }),
      ({ QueueName: name, Attributes: { VisibilityTimeout, DelaySeconds, RedrivePolicy: policy } }) => {
        // Made again with the same name, a queue is the one that was there.
        if (!queues.known(name)) {
          const redrive = policy === undefined ? undefined : RedrivePolicy.parse(JSON.parse(policy));
          queues.create({
            name,
            ...(VisibilityTimeout === undefined ? {} : { visibilitySeconds: VisibilityTimeout }),
            ...(DelaySeconds === undefined ? {} : { delaySeconds: DelaySeconds }),
            ...(redrive
              ? {
                  deadLetter: {
                    queue: redrive.deadLetterTargetArn.split(':').at(-1) ?? '',
                    maxReceiveCount: redrive.maxReceiveCount,
                  },
                }
              : {}),
          });
        }
        return { QueueUrl: urlOf(name) };
      },
      invalid,
    ),

    GetQueueUrl: operation(
      z.object({ QueueName: z.string() }),
      ({ QueueName }) => ({ QueueUrl: urlOf(queues.named(QueueName).name) }),
      invalid,
    ),

    ListQueues: operation(
      z.object({ QueueNamePrefix: z.string().default('') }),
      ({ QueueNamePrefix }) => ({
        QueueUrls: queues
          .names()
          .filter((name) => name.startsWith(QueueNamePrefix))
          .map(urlOf),
      }),
      invalid,
    ),

    GetQueueAttributes: operation(
      z.object({ QueueUrl: z.string(), AttributeNames: z.array(z.string()).default([]) }),
      ({ QueueUrl, AttributeNames }) => {
        const queue = queues.byUrl(QueueUrl);
        const { visible, inFlight, delayed } = queue.counts();
        const { visibilitySeconds, delaySeconds, redrive } = queue.settings;
        const all: Record<string, string> = {
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesNotVisible: String(inFlight),
          ApproximateNumberOfMessagesDelayed: String(delayed),
          VisibilityTimeout: String(visibilitySeconds),
          DelaySeconds: String(delaySeconds),
          QueueArn: queueArn(queue.name),
          ...(redrive
            ? {
                RedrivePolicy: JSON.stringify({
                  deadLetterTargetArn: queueArn(redrive.to.name),
                  maxReceiveCount: redrive.maxReceiveCount,
                }),
              }
            : {}),
        };
        const unknown = AttributeNames.find((name) => name !== 'All' && !(name in all) && name !== 'RedrivePolicy');
        if (unknown !== undefined) throw new AwsFault('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
        const wanted = Object.entries(all).filter(
          ([name]) => AttributeNames.includes('All') || AttributeNames.includes(name),
        );
        return { Attributes: Object.fromEntries(wanted) };
      },
      invalid,
    ),
  };
}
