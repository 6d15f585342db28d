import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';

/** What the history needs of the table. `unreadable` is told the key of each item that does not parse; it is then left out. */
export type HistoryTable = {
  client: DynamoDBClient;
  tableName: string;
  unreadable: (key: { pk: string; sk: string }, problem: string) => void;
};

/** A page reads at most so many keys, whatever it filters: its cost does not grow with the history. */
export const maxKeys = 200;

const ItemKey = z.object({
  pk: z.string(),
  sk: z.string(),
  ownerSk: z.string().optional(),
  herdSk: z.string().optional(),
});
/** Where an item is in its index. */
export type ItemKey = z.infer<typeof ItemKey>;

/** `value` is undefined for an item that does not parse; its key still counts for where a page ends. `more`: the query was cut. */
export type Read<T> = { items: { key: ItemKey; value: T | undefined }[]; more: boolean };

/** One Query's condition, in plain values. */
export type ItemQuery = {
  IndexName?: 'byOwner' | 'byHerd';
  KeyConditionExpression: string;
  values: Record<string, string>;
  startKey?: Record<string, string> | undefined;
  ScanIndexForward?: boolean;
  ConsistentRead?: boolean;
  Limit?: number;
};

/** One Query, each item parsed as it is read. */
export async function readItems<T>(
  table: HistoryTable,
  schema: z.ZodType<T>,
  { values, startKey, ...query }: ItemQuery,
): Promise<Read<T>> {
  const { Items = [], LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      ...query,
      TableName: table.tableName,
      ExpressionAttributeValues: marshall(values),
      ...(startKey && { ExclusiveStartKey: marshall(startKey) }),
    }),
  );
  const items = Items.map((marshalled) => {
    const item = unmarshall(marshalled);
    const key = ItemKey.parse(item);
    const parsed = schema.safeParse(item);
    if (!parsed.success) table.unreadable({ pk: key.pk, sk: key.sk }, z.prettifyError(parsed.error));
    return { key, value: parsed.data };
  });
  return { items, more: LastEvaluatedKey !== undefined };
}

/** The values that parsed. */
export function valuesOf<T>({ items }: Read<T>): T[] {
  return items.flatMap(({ value }) => (value === undefined ? [] : [value]));
}
