import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { localCredentials, localRegion } from '../../local/aws/credentials.ts';
import { startDynamoDb, tableInput } from '../../local/aws/dynamodb.ts';
import { storeEngineContract } from '../contracts/store-engine.ts';
import { testFolder } from '../disk/folder.ts';
import { startLocal } from './start-local.ts';

storeEngineContract('dynalite in memory', () => startDynamoDb({ port: 0, table: 'drover' }));

const clientOf = (endpoint: string) =>
  new DynamoDBClient({ endpoint, region: localRegion, credentials: localCredentials });

test('a later start finds the table and what is in it', async () => {
  const folder = testFolder();
  const Key = { pk: { S: 'codebase#shop' }, sk: { S: 'branch' } };
  const first = await startDynamoDb({ port: 0, folder, table: 'drover' });
  await clientOf(first.url).send(new PutItemCommand({ TableName: 'drover', Item: Key }));
  await first.close();
  const second = await startDynamoDb({ port: 0, folder, table: 'drover' });
  expect((await clientOf(second.url).send(new GetItemCommand({ TableName: 'drover', Key }))).Item).toEqual(Key);
  await second.close();
});

test('a table that another version made is said to be so', async () => {
  const folder = testFolder();
  const before = await startDynamoDb({ port: 0, folder, table: 'another' });
  const { GlobalSecondaryIndexes, AttributeDefinitions, ...input } = tableInput('drover');
  const older = {
    ...input,
    AttributeDefinitions: AttributeDefinitions?.filter(({ AttributeName }) => !AttributeName?.startsWith('due')),
    GlobalSecondaryIndexes: GlobalSecondaryIndexes?.filter(({ IndexName }) => IndexName !== 'byDue'),
  };
  const client = clientOf(before.url);
  await client.send(new CreateTableCommand(older));
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 }, { TableName: 'drover' });
  await before.close();
  await expect(startDynamoDb({ port: 0, folder, table: 'drover' })).rejects.toThrow(
    /another version of drover.*--fresh/,
  );
});

test('the one endpoint of the local AWS answers for DynamoDB too', async () => {
  const dynamodb = await startDynamoDb({ port: 0, table: 'drover' });
  const aws = await startLocal({ dynamodb });
  const Item = { pk: { S: 'codebase#shop' }, sk: { S: 'branch' } };
  const client = clientOf(aws.url);
  await client.send(new PutItemCommand({ TableName: 'drover', Item }));
  expect((await client.send(new GetItemCommand({ TableName: 'drover', Key: Item }))).Item).toEqual(Item);
  client.destroy();
  await aws.close();
  await dynamodb.close();
});
