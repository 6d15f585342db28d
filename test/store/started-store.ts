import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Entry } from '../../lib/history/entry.ts';
import { dynamoStore } from '../../lib/store/dynamo-store.ts';
import { partitionOf } from '../../lib/store/table.ts';
import { localCredentials, localRegion } from '../../local/aws/credentials.ts';
import { tableInput } from '../../local/aws/dynamodb.ts';
import type { StartedStore } from '../contracts/store.ts';

const TableName = 'drover';

/** The store of `lib/` on a DynamoDB that runs; its table is made if it is not there. */
export async function startedStore(server: { url: string; close: () => Promise<void> }): Promise<StartedStore> {
  const client = new DynamoDBClient({ endpoint: server.url, region: localRegion, credentials: localCredentials });
  await client.send(new CreateTableCommand(tableInput(TableName))).catch((error: unknown) => {
    if (!(error instanceof ResourceInUseException)) throw error;
  });
  return {
    store: dynamoStore(client, TableName),
    entries: async (codebase) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :entry)',
          ExpressionAttributeValues: marshall({ ':pk': partitionOf(codebase), ':entry': 'entry#' }),
        }),
      );
      return Items.map((item) => Entry.parse(unmarshall(item).entry));
    },
    spoil: async ({ codebase, record }) => {
      const Item = marshall({ pk: partitionOf(codebase), sk: record, version: 1, record: { kind: 'tarmac' } });
      await client.send(new PutItemCommand({ TableName, Item }));
    },
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
}
