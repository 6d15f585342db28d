import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, thrownName } from './engine.ts';
import { poll } from './poll.ts';

export type StartedSqs = { client: SQSClient; close: () => Promise<void> };

/** What drover relies on in SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html */
export function sqsContract(engine: Engine, start: () => Promise<StartedSqs>): void {
  describe(`SQS: ${engine}`, () => {
    let sqs: StartedSqs;
    beforeAll(async () => {
      sqs = await start();
    });
    afterAll(() => sqs.close());

    const create = async (QueueName: string, Attributes: Record<string, string> = {}) =>
      (await sqs.client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
    const send = (QueueUrl: string, MessageBody: string, DelaySeconds?: number) =>
      sqs.client.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
    const receive = async (
      QueueUrl: string,
      options: { VisibilityTimeout?: number; WaitTimeSeconds?: number } = {},
    ) => {
      const names = { MessageSystemAttributeNames: ['All'] } as const;
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        ...options,
        MessageSystemAttributeNames: [...names.MessageSystemAttributeNames],
      });
      return (await sqs.client.send(command)).Messages ?? [];
    };
    const remove = (QueueUrl: string, ReceiptHandle: string | undefined) =>
      sqs.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

    test('a message is received once, hidden, and gone when deleted', async () => {
      const url = await create('plain');
      const { MessageId } = await send(url, '{"wake":1}');
      const [message] = await receive(url);
      expect(message).toMatchObject({ MessageId, Body: '{"wake":1}' });
      expect(message?.Attributes?.ApproximateReceiveCount).toBe('1');
      expect(await receive(url)).toEqual([]);
      await remove(url, message?.ReceiptHandle);
      await remove(url, message?.ReceiptHandle);
      const attributes = await sqs.client.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
      );
      expect(attributes.Attributes).toMatchObject({
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesNotVisible: '0',
      });
    });

    test('a delayed message comes after its delay, not before', async () => {
      const url = await create('delayed');
      const sent = Date.now();
      await send(url, 'later', 1);
      expect(await receive(url)).toEqual([]);
      const [message] = await poll('the delayed message', async () => {
        const messages = await receive(url);
        return messages.length > 0 ? messages : undefined;
      });
      expect(message?.Body).toBe('later');
      expect(Date.now() - sent).toBeGreaterThanOrEqual(950);
    });

    test('waiting for a message ends when one comes', async () => {
      const url = await create('waiting');
      const waiting = receive(url, { WaitTimeSeconds: 10 });
      const started = Date.now();
      await send(url, 'now');
      expect((await waiting)[0]?.Body).toBe('now');
      expect(Date.now() - started).toBeLessThan(5_000);
    });

    test('what is not deleted comes again, counted; its visibility can be changed', async () => {
      const url = await create('again');
      await send(url, 'again');
      const [first] = await receive(url, { VisibilityTimeout: 600 });
      const { ReceiptHandle } = first ?? {};
      await sqs.client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }));
      const [second] = await receive(url);
      expect(second?.MessageId).toBe(first?.MessageId);
      expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
    });

    test('after so many receives a message is in the dead-letter queue', async () => {
      const dead = await create('dead');
      const url = await create('failing', {
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead'.replace(
            '000000000000',
            new URL(dead).pathname.split('/')[1] ?? '',
          ),
          maxReceiveCount: '2',
        }),
      });
      await send(url, 'bad');
      for (const _ of [1, 2]) expect(await receive(url, { VisibilityTimeout: 0 })).toHaveLength(1);
      expect(await receive(url)).toEqual([]);
      expect((await receive(dead))[0]?.Body).toBe('bad');
    });

    test('ten at once', async () => {
      const url = await create('batch');
      const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `m${index}`, MessageBody: `body ${index}` }));
      const sent = await sqs.client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
      expect(sent.Successful).toHaveLength(10);
      const bodies = (await receive(url)).map((message) => message.Body ?? '');
      expect(bodies.sort()).toEqual(Entries.map((entry) => entry.MessageBody));
    });

    test('refusals have the exceptions of AWS', async () => {
      const url = await create('refusing');
      const unknown = new GetQueueUrlCommand({ QueueName: 'none' });
      expect(await thrownName(sqs.client.send(unknown))).toBe('QueueDoesNotExist');
      expect(await thrownName(send(`${url}-none`, 'x'))).toBe('QueueDoesNotExist');
      expect(await thrownName(remove(url, 'no receipt'))).toBe('ReceiptHandleIsInvalid');
    });

    test('a delay over 15 minutes is refused', async () => {
      expect(await thrownName(send(await create('limits'), 'x', 901))).toBe('InvalidParameterValue');
    });
  });
}
