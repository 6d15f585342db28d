import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { tableDefinition } from '../../lib/store/table.ts';
import { listen } from '../http/listen.ts';
import { localCredentials, localRegion } from './credentials.ts';

export type DynamoDbOptions = {
  port: number;
  /** Where tables are kept; in memory when not given. */
  folder?: string;
  /** Name of the table that drover uses: made if it is not there. */
  table: string;
};

export type LocalDynamoDb = {
  url: string;
  /** Answers a request that arrived at another server of this process. */
  handle: (request: IncomingMessage, response: ServerResponse) => void;
  close: () => Promise<void>;
};

/**
 * DynamoDB by dynalite 4, in this process. It has conditions, indexes and consistent reads; it has no transactions, no
 * UpdateTimeToLive and no streams, and gives back no item when a condition fails, whatever is asked.
 */
export async function startDynamoDb({ port, folder, table }: DynamoDbOptions): Promise<LocalDynamoDb> {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const server = dynalite({
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
    ...(folder ? { path: folder } : {}),
  });
  const { url, close } = await listen(server, port, 'DynamoDB');
  try {
    await ensureTable(url, table);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, close, handle: (request, response) => void server.emit('request', request, response) };
}

/** What CreateTable takes for the table of `lib/store/table.ts`. */
export const tableInput = (table: string): CreateTableCommandInput => ({
  TableName: table,
  BillingMode: tableDefinition.BillingMode,
  KeySchema: [...tableDefinition.KeySchema],
  AttributeDefinitions: [...tableDefinition.AttributeDefinitions],
  GlobalSecondaryIndexes: tableDefinition.GlobalSecondaryIndexes.map(({ KeySchema, Projection, ...index }) => ({
    ...index,
    KeySchema: [...KeySchema],
    Projection:
      'NonKeyAttributes' in Projection
        ? { ...Projection, NonKeyAttributes: [...Projection.NonKeyAttributes] }
        : Projection,
  })),
});

/** Makes the table where there is none. One that was made from another definition is said to be so, not used. */
async function ensureTable(endpoint: string, table: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: localRegion, credentials: localCredentials });
  try {
    const found = await client.send(new DescribeTableCommand({ TableName: table })).catch((error: unknown) => {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    });
    if (!found) {
      await client.send(new CreateTableCommand(tableInput(table)));
      return await untilActive(client, table);
    }
    await untilActive(client, table);
    const wanted = shape(tableDefinition.GlobalSecondaryIndexes);
    if (shape(found.Table?.GlobalSecondaryIndexes ?? []) !== wanted)
      throw new Error(`the table ${table} was made by another version of drover: begin anew with --fresh`);
  } finally {
    client.destroy();
  }
}

/** A table is created in the background, here within milliseconds. */
async function untilActive(client: DynamoDBClient, table: string): Promise<void> {
  for (let look = 0; look < 500; look++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`the table ${table} was never finished: begin anew with --fresh`);
}

type Index = {
  IndexName?: string | undefined;
  KeySchema?: readonly { AttributeName?: string | undefined }[] | undefined;
  Projection?: { ProjectionType?: string | undefined; NonKeyAttributes?: readonly string[] | undefined } | undefined;
};

const shape = (indexes: readonly Index[]): string =>
  indexes
    .map(({ IndexName, KeySchema, Projection }) =>
      [
        IndexName,
        ...(KeySchema ?? []).map((key) => key.AttributeName),
        Projection?.ProjectionType,
        ...[...(Projection?.NonKeyAttributes ?? [])].sort(),
      ].join(' '),
    )
    .sort()
    .join('\n');
