import { localAccount } from './credentials.ts';
import { md5 } from './md5.ts';
import type { Received } from './queue.ts';
import { AwsFault } from './service.ts';

/** A message as ReceiveMessage answers it, with the attributes that were asked for. */
export function shown(message: Received, wanted: string[]) {
  const all: Record<string, string> = {
    SenderId: localAccount,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
  };
  const attributes = Object.entries(all).filter(([name]) => wanted.includes('All') || wanted.includes(name));
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(attributes.length > 0 ? { Attributes: Object.fromEntries(attributes) } : {}),
  };
}

/** The receipt, where it has the form of one. */
export function checkedReceipt(receipt: string): string {
  if (!/^[0-9a-f-]{36}\.[0-9a-f-]{36}$/.test(receipt))
    throw new AwsFault('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
  return receipt;
}

/** Throws what SQS says of a batch that is empty, too long or not distinct. */
export function checkBatch(entries: { Id: string }[]): void {
  if (entries.length === 0)
    throw new AwsFault('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > 10)
    throw new AwsFault('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw new AwsFault('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
}
