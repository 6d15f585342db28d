import {
  type AttributeValue,
  BatchWriteItemCommand,
  type BatchWriteItemCommandOutput,
  CreateTableCommand,
  DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { releaseKey } from '../lib/engine/key.ts';
import type { Release } from '../lib/release/record.ts';
import { dynamoStore } from '../lib/store/dynamo-store.ts';
import { localRegion } from '../local/aws/credentials.ts';
import { tableInput } from '../local/aws/dynamodb.ts';

/** BatchWriteItem's own limit. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const BATCH = 25;
const AT_ONCE = 8;

/** Makes a table and puts `count` releases into it, each as the store itself writes it, but 25 in a call. */
export async function fillTable(
  client: DynamoDBClient,
  table: string,
  count: number,
  release: (number: number) => Release,
): Promise<void> {
  await client.send(new CreateTableCommand(tableInput(table)));
  const itemOf = storeItems(table);
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const [from, to] = [next, Math.min(count, next + BATCH)];
      next = to;
      const puts: WriteRequest[] = [];
      for (let number = from; number < to; number += 1)
        puts.push({ PutRequest: { Item: await itemOf(release(number)) } });
      await writeAll(client, table, puts);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function writeAll(client: DynamoDBClient, table: string, puts: WriteRequest[]): Promise<void> {
  for (let left: WriteRequest[] | undefined = puts; left !== undefined && left.length > 0; ) {
    const answer: BatchWriteItemCommandOutput = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: left } }),
    );
    left = answer.UnprocessedItems?.[table];
  }
}

/** What the store would put for a release, taken from its own call, which goes nowhere. */
function storeItems(table: string): (release: Release) => Promise<Record<string, AttributeValue>> {
  const client = new DynamoDBClient({ region: localRegion });
  const taken: Record<string, AttributeValue>[] = [];
  client.middlewareStack.add(
    () =>
      async ({ input }) => {
        if ('Item' in input && input.Item) taken.push(input.Item);
        return { output: { $metadata: {} }, response: undefined };
      },
    { step: 'initialize' },
  );
  const store = dynamoStore(client, table);
  return async (record) => {
    const key = releaseKey(record.codebase, record.commit);
    await store.write(key, { version: 4, wake: 2, record, pending: [] }, 0);
    const item = taken.pop();
    if (item === undefined) throw new Error('the store wrote nothing');
    return item;
  };
}
