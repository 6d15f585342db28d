import { createHash } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import type { Codebase } from '../../lib/codebase/codebase.ts';
import { engine } from '../../lib/engine/engine.ts';
import { releaseKey, targetKey } from '../../lib/engine/key.ts';
import { historyApi } from '../../lib/history/api.ts';
import type { HistoryServices } from '../../lib/history/services.ts';
import { findToken, storeToken } from '../../lib/history/token-table.ts';
import { makeToken, type Scope } from '../../lib/history/tokens.ts';
import type { HttpRequest, HttpResponse } from '../../lib/lambda/http.ts';
import type { Release } from '../../lib/release/record.ts';
import { dynamoStore } from '../../lib/store/dynamo-store.ts';
import type { Target } from '../../lib/target/record.ts';
import { localCredentials, localRegion } from '../../local/aws/credentials.ts';
import { startDynamoDb, tableInput } from '../../local/aws/dynamodb.ts';
import { noon, shop } from '../approval/records.ts';

/** Starts an engine that speaks DynamoDB; it may have the table already. */
export type StartEngine = () => Promise<{ url: string; close: () => Promise<void> }>;

export const startTwin: StartEngine = () => startDynamoDb({ port: 0, table: 'drover' });

/** The API over a real table and the real engine, which carries out nothing but what stays inside the table. */
export async function historyWorld(start: StartEngine = startTwin) {
  const db = await start();
  const client = new DynamoDBClient({ endpoint: db.url, region: localRegion, credentials: localCredentials });
  await client.send(new CreateTableCommand(tableInput('drover'))).catch((error: unknown) => {
    if (!(error instanceof ResourceInUseException)) throw error;
  });
  const store = dynamoStore(client, 'drover');
  const clock = { now: noon };
  const unreadable: string[] = [];
  const missingImages = new Set<string>();
  const queries = { count: 0 };
  client.middlewareStack.add(
    (next) => async (args) => {
      queries.count++;
      return next(args);
    },
    { step: 'initialize' },
  );
  const codebases: Codebase[] = [shop, { ...shop, name: 'till' }];
  const byName = (name: string) => codebases.find((codebase) => codebase.name === name);
  const nothing = () => {};
  const { advance } = engine({
    store,
    carriers: {},
    sendWake: async () => {},
    policy: { herd: { codebases, byName, byRepository: () => undefined }, lookAfter: 1_000, watchAfter: 1_000 },
    lease: 60_000,
    now: () => clock.now,
    report: { decided: nothing, failed: nothing, notTold: nothing, notWoken: nothing, unreadable: nothing },
  });
  const services: HistoryServices = {
    table: { client, tableName: 'drover', unreadable: ({ pk, sk }) => unreadable.push(`${pk} ${sk}`) },
    findToken: (id) => findToken({ client, tableName: 'drover' }, id),
    codebase: byName,
    advance,
    images: {
      find: async (_, by) => ('digest' in by && missingImages.has(by.digest) ? undefined : { digest: '', tags: [] }),
    },
    now: () => clock.now,
  };
  const newToken = async (scope: Scope, expiresAt?: number): Promise<string> => {
    let bytes = 0;
    const random = (size: number) =>
      createHash('sha256').update(`${scope}${expiresAt}${bytes++}`).digest().subarray(0, size);
    const { text, stored } = makeToken(`${scope} of CI`, scope, noon, random, expiresAt);
    await storeToken({ client, tableName: 'drover' }, stored);
    return text;
  };
  const call = (
    method: string,
    url: string,
    how: { token?: string; body?: unknown; headers?: Record<string, string>; raw?: string } = {},
  ): Promise<HttpResponse> => {
    const { pathname, searchParams } = new URL(url, 'http://drover.invalid');
    const body = how.raw ?? (how.body === undefined ? '' : JSON.stringify(how.body));
    const headers = {
      ...(how.token !== undefined && { authorization: `Bearer ${how.token}` }),
      ...(body !== '' && { 'content-type': 'application/json' }),
      ...how.headers,
    };
    const request: HttpRequest = {
      method,
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers,
      body: Buffer.from(body),
    };
    return historyApi(request, services);
  };
  return {
    clock,
    store,
    client,
    services,
    unreadable,
    missingImages,
    queries,
    call,
    newToken,
    putRelease: (record: Release) =>
      store.write(releaseKey(record.codebase, record.commit), { version: 1, wake: 0, record, pending: [] }, 0),
    putTarget: (record: Target) =>
      store.write(targetKey(record.codebase, record.environment), { version: 1, wake: 0, record, pending: [] }, 0),
    close: async () => {
      client.destroy();
      await db.close();
    },
  };
}
export type HistoryWorld = Awaited<ReturnType<typeof historyWorld>>;

/** A commit that is told by its number. */
export const commitOf = (number: number): string => createHash('sha1').update(`commit ${number}`).digest('hex');
