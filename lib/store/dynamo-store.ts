import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type Key, Key as KeySchema, keyText } from '../engine/key.ts';
import { dueAt, Stored } from '../engine/stored.ts';
import { Failure } from '../lambda/failure.ts';
import { listKeys } from './list-keys.ts';
import type { Store } from './store.ts';
import { duePartition, entryKey, partitionOf } from './table.ts';

/** The store on the one table of `table.ts`. Every write carries its condition. */
export function dynamoStore(client: DynamoDBClient, TableName: string): Store {
  return {
    async read(key) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName, Key: marshall(itemKey(key)), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      const parsed = Stored.safeParse(unmarshall(Item));
      if (parsed.success) return parsed.data;
      const where = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
      throw new Failure('unreadable-record', `${keyText(key)} does not parse at ${where}`, { retryable: false });
    },

    async write(key, stored, expected) {
      const due = dueAt(stored);
      const item = {
        ...itemKey(key),
        ...stored,
        ...listKeys(stored.record),
        ...(due === undefined ? {} : { duePk: duePartition, dueAt: due }),
      };
      const nobodyWroteSince =
        expected === 0
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: '#version = :expected',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: marshall({ ':expected': expected }),
            };
      return put(client, { TableName, Item: marshall(item, { removeUndefinedValues: true }), ...nobodyWroteSince });
    },

    async putEntry(entry) {
      const about = entry.release === undefined ? {} : listKeys({ kind: 'entry', ...entry, release: entry.release });
      const item = { pk: partitionOf(entry.codebase), sk: entryKey(entry.record, entry.version), entry, ...about };
      const writtenOnce = { ConditionExpression: 'attribute_not_exists(pk)' };
      await put(client, { TableName, Item: marshall(item, { removeUndefinedValues: true }), ...writtenOnce });
    },

    async due(now, limit) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'byDue',
          KeyConditionExpression: 'duePk = :due AND dueAt <= :now',
          ExpressionAttributeValues: marshall({ ':due': duePartition, ':now': now }),
          Limit: limit,
        }),
      );
      return Items.map((item) => unmarshall(item)).flatMap(({ pk, sk, dueAt }) => {
        const key = KeySchema.safeParse({ codebase: String(pk).slice(partitionOf('').length), record: sk });
        return key.success ? [{ key: key.data, dueAt: Number(dueAt) }] : [];
      });
    },
  };
}

const itemKey = ({ codebase, record }: Key) => ({ pk: partitionOf(codebase), sk: record });

/** False where the condition does not hold. */
async function put(client: DynamoDBClient, input: ConstructorParameters<typeof PutItemCommand>[0]): Promise<boolean> {
  try {
    await client.send(new PutItemCommand(input));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
