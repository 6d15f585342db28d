import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeWhole } from '../disk/write-whole.ts';
import { localAccount, localRegion } from './credentials.ts';

export const queueArn = (name: string): string => `arn:aws:sqs:${localRegion}:${localAccount}:${name}`;

const Message = z.object({
  id: z.string(),
  body: z.string(),
  sentAt: z.number(),
  /** Milliseconds; not to be seen before. */
  visibleAt: z.number(),
  receiveCount: z.number().int(),
  firstReceivedAt: z.number().optional(),
  /** Of the last receive; an older one no longer counts. */
  receipt: z.string().optional(),
});
export type Message = z.infer<typeof Message>;
export type Received = Message & { receipt: string };

export type QueueOptions = {
  name: string;
  folder: string;
  now: () => number;
  visibilitySeconds?: number;
  delaySeconds?: number;
  /** Where a message goes that was received `maxReceiveCount` times without being deleted. */
  redrive?: { to: Queue; maxReceiveCount: number };
};

export type Queue = ReturnType<typeof openQueue>;

/**
 * A standard queue of SQS, each message one file: what was sent before a kill is there after it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
export function openQueue({ name, folder, now, visibilitySeconds = 30, delaySeconds = 0, redrive }: QueueOptions) {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  const messages = new Map<string, Message>();
  for (const file of readdirSync(place).filter((entry) => entry.endsWith('.json'))) {
    const message = Message.parse(JSON.parse(readFileSync(join(place, file), 'utf8')));
    messages.set(message.id, message);
  }
  const listeners = new Set<() => void>();

  const keep = (message: Message) => {
    writeWhole(join(place, `${message.id}.json`), JSON.stringify(message));
    messages.set(message.id, message);
    for (const listener of [...listeners]) listener();
  };
  const drop = (id: string) => {
    rmSync(join(place, `${id}.json`), { force: true });
    messages.delete(id);
  };

  /** Puts a message in; returns its id. */
  const send = (body: string, delay = delaySeconds): string => {
    const id = randomUUID();
    keep({ id, body, sentAt: now(), visibleAt: now() + delay * 1_000, receiveCount: 0 });
    return id;
  };

  /** Takes up to `max` messages that can be seen, oldest first, and hides them. */
  const receive = (max: number, hideSeconds = visibilitySeconds): Received[] => {
    const seen: Received[] = [];
    const visible = [...messages.values()].filter((message) => message.visibleAt <= now());
    for (const message of visible.sort((a, b) => a.visibleAt - b.visibleAt)) {
      if (seen.length === max) break;
      if (redrive && message.receiveCount >= redrive.maxReceiveCount) {
        redrive.to.accept(message);
        drop(message.id);
        continue;
      }
      const taken = {
        ...message,
        receiveCount: message.receiveCount + 1,
        firstReceivedAt: message.firstReceivedAt ?? now(),
        visibleAt: now() + hideSeconds * 1_000,
        receipt: `${message.id}.${randomUUID()}`,
      };
      keep(taken);
      seen.push(taken);
    }
    return seen;
  };

  const held = (receipt: string): Message | undefined => {
    const message = messages.get(receipt.slice(0, receipt.indexOf('.')));
    return message?.receipt === receipt ? message : undefined;
  };

  return {
    name,
    send,
    receive,
    /** Takes a message over from another queue, with its id and the time it was sent. */
    accept: ({ id, body, sentAt }: Message) => keep({ id, body, sentAt, visibleAt: now(), receiveCount: 0 }),
    /** Removes a message. An older receipt, or one that is known no more, changes nothing, as with SQS. */
    remove: (receipt: string) => {
      const message = held(receipt);
      if (message) drop(message.id);
    },
    /** Whether the receipt is that of a message in flight; if so it is hidden for so long from now. */
    hide: (receipt: string, seconds: number): boolean => {
      const message = held(receipt);
      if (!message || message.visibleAt <= now()) return false;
      keep({ ...message, visibleAt: now() + seconds * 1_000 });
      return true;
    },
    clear: () => {
      for (const id of [...messages.keys()]) drop(id);
    },
    /** When the next message can be seen; undefined where there is none. */
    nextVisibleAt: (): number | undefined =>
      messages.size > 0 ? Math.min(...[...messages.values()].map((message) => message.visibleAt)) : undefined,
    /** Messages that can be seen, are in flight, or are delayed. */
    counts: () => {
      const all = [...messages.values()];
      const hidden = all.filter((message) => message.visibleAt > now());
      return {
        visible: all.length - hidden.length,
        inFlight: hidden.filter((message) => message.receiveCount > 0).length,
        delayed: hidden.filter((message) => message.receiveCount === 0).length,
      };
    },
    settings: { visibilitySeconds, delaySeconds, redrive },
    /** Calls back at every change until the returned function is called. */
    onChange: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
