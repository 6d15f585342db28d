import { type DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Instant } from '../engine/instant.ts';
import { ApiToken } from './tokens.ts';

export type TokenTable = { client: DynamoDBClient; tableName: string };

const keyOf = (id: string) => ({ pk: `token#${id}`, sk: 'token' });

/** The kept token of an id, read consistently so that a revoked one ends at once. */
export async function findToken({ client, tableName }: TokenTable, id: string): Promise<ApiToken | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: marshall(keyOf(id)), ConsistentRead: true }),
  );
  return Item && ApiToken.parse(unmarshall(Item));
}

/** Keeps a new token. Throws ConditionalCheckFailedException where its id is taken. */
export async function storeToken({ client, tableName }: TokenTable, token: ApiToken): Promise<void> {
  // DynamoDB's own TTL counts seconds; it deletes late, so the expiry itself is checked at each use.
  const ttl = token.expiresAt === undefined ? {} : { ttl: Math.ceil(token.expiresAt / 1_000) };
  const Item = marshall({ ...keyOf(token.id), ...token, ...ttl });
  await client.send(
    new PutItemCommand({ TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }),
  );
}

/** Revokes a token for good; says whether there was one. A second time changes nothing. */
export async function revokeToken(table: TokenTable, id: string, now: Instant): Promise<'revoked' | 'unknown'> {
  if (!(await findToken(table, id))) return 'unknown';
  await table.client.send(
    new UpdateItemCommand({
      TableName: table.tableName,
      Key: marshall(keyOf(id)),
      UpdateExpression: 'SET revokedAt = if_not_exists(revokedAt, :now)',
      ExpressionAttributeValues: marshall({ ':now': now }),
    }),
  );
  return 'revoked';
}
