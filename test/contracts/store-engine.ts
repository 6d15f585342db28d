// Over 150 lines: one contract, and every behaviour of DynamoDB that the store relies on stands here beside the others.
import {
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { duePartition, entryKey, partitionOf, sortableTime } from '../../lib/store/table.ts';
import { localCredentials, localRegion } from '../../local/aws/credentials.ts';
import { tableInput } from '../../local/aws/dynamodb.ts';
import { thrownName } from './engine.ts';
import { poll } from './poll.ts';

export type StartedEngine = { url: string; close: () => Promise<void> };

/** What the store relies on in DynamoDB, whatever stands behind it. `table` is made if the engine has none of that name. */
export function storeEngineContract(name: string, start: () => Promise<StartedEngine>): void {
  describe(`DynamoDB: ${name}`, () => {
    const TableName = 'drover';
    let engine: StartedEngine;
    let client: DynamoDBClient;
    beforeAll(async () => {
      engine = await start();
      client = new DynamoDBClient({
        endpoint: engine.url,
        region: localRegion,
        credentials: localCredentials,
        maxAttempts: 1,
      });
      const made = await thrownName(client.send(new CreateTableCommand(tableInput(TableName))));
      expect([undefined, 'ResourceInUseException']).toContain(made);
      await poll('the table is active', async () => {
        const { Table } = await client.send(new DescribeTableCommand({ TableName }));
        return Table?.TableStatus === 'ACTIVE' ? true : undefined;
      });
    });
    afterAll(async () => {
      client.destroy();
      await engine.close();
    });

    const key = (codebase: string, sk: string) => ({ pk: { S: partitionOf(codebase) }, sk: { S: sk } });
    const putIfAbsent = (codebase: string, sk: string, more: Record<string, { S: string } | { N: string }> = {}) =>
      client.send(
        new PutItemCommand({
          TableName,
          Item: { ...key(codebase, sk), version: { N: '1' }, ...more },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    const update = (codebase: string, sk: string, from: number) =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: key(codebase, sk),
          UpdateExpression: 'SET version = :next, #record = :record REMOVE duePk, dueAt',
          ConditionExpression: 'version = :from',
          ExpressionAttributeNames: { '#record': 'record' },
          ExpressionAttributeValues: {
            ':from': { N: String(from) },
            ':next': { N: String(from + 1) },
            ':record': { M: { state: { S: `after ${from}` } } },
          },
        }),
      );
    const get = async (codebase: string, sk: string) =>
      (await client.send(new GetItemCommand({ TableName, Key: key(codebase, sk), ConsistentRead: true }))).Item;
    const query = async (input: Omit<QueryCommandInput, 'TableName'>) =>
      client.send(new QueryCommand({ TableName, ...input }));

    test('a put on the condition that there is none: once', async () => {
      await putIfAbsent('absent', 'branch');
      expect(await thrownName(putIfAbsent('absent', 'branch'))).toBe('ConditionalCheckFailedException');
      expect((await get('absent', 'branch'))?.version).toEqual({ N: '1' });
    });

    test('of ten puts at once, one is done', async () => {
      const puts = Array.from({ length: 10 }, () => thrownName(putIfAbsent('race', 'entry#branch#000000001')));
      const thrown = (await Promise.all(puts)).filter((failure) => failure !== undefined);
      expect(thrown).toEqual(Array.from({ length: 9 }, () => 'ConditionalCheckFailedException'));
    });

    test('an update on the condition that the version has not moved', async () => {
      await putIfAbsent('moved', 'branch');
      await update('moved', 'branch', 1);
      expect(await thrownName(update('moved', 'branch', 1))).toBe('ConditionalCheckFailedException');
      expect(await get('moved', 'branch')).toMatchObject({
        version: { N: '2' },
        record: { M: { state: { S: 'after 1' } } },
      });
    });

    test('of ten updates at once from one version, one is done; an update does not make what is not there', async () => {
      await putIfAbsent('updates', 'branch');
      const updates = await Promise.all(Array.from({ length: 10 }, () => thrownName(update('updates', 'branch', 1))));
      expect(updates.filter((failure) => failure === undefined)).toHaveLength(1);
      expect(await thrownName(update('updates', 'target#none', 1))).toBe('ConditionalCheckFailedException');
      expect(await get('updates', 'target#none')).toBeUndefined();
    });

    test('a consistent read sees every write that was answered', async () => {
      await putIfAbsent('consistent', 'branch');
      for (let version = 1; version <= 20; version++) {
        await update('consistent', 'branch', version);
        expect((await get('consistent', 'branch'))?.version).toEqual({ N: String(version + 1) });
      }
    });

    test('what is owed is found by its time; what is not owed is not in the index, which holds keys alone', async () => {
      const due = (at: number) => ({ duePk: { S: duePartition }, dueAt: { N: String(at) } });
      await putIfAbsent('due', 'release#b', { ...due(2_000), note: { S: 'not in the index' } });
      await putIfAbsent('due', 'release#a', due(1_000));
      await putIfAbsent('due', 'release#later', due(9_000));
      await putIfAbsent('due', 'release#settled');
      const dueBy = async (at: number) =>
        (
          await query({
            IndexName: 'byDue',
            KeyConditionExpression: 'duePk = :due AND dueAt <= :at',
            ExpressionAttributeValues: { ':due': { S: duePartition }, ':at': { N: String(at) } },
          })
        ).Items;
      const found = await poll('the index to follow', async () => {
        const items = await dueBy(5_000);
        return items?.length === 2 ? items : undefined;
      });
      expect(found).toEqual([
        { ...key('due', 'release#a'), ...due(1_000) },
        { ...key('due', 'release#b'), ...due(2_000) },
      ]);
      await update('due', 'release#a', 1);
      await poll('the settled one to leave the index', async () =>
        (await dueBy(5_000))?.length === 1 ? true : undefined,
      );
    });

    test('a prefix of a commit finds it, consistently', async () => {
      const commits = ['4f2a', '4f2b', '51aa'].map((head) => head.padEnd(40, '0'));
      for (const commit of commits) await putIfAbsent('prefix', `release#${commit}`);
      const begins = async (prefix: string) =>
        (
          await query({
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: { ':pk': { S: partitionOf('prefix') }, ':prefix': { S: `release#${prefix}` } },
            ConsistentRead: true,
          })
        ).Items?.map((item) => item.sk?.S);
      expect(await begins('4f2')).toEqual([`release#${commits[0]}`, `release#${commits[1]}`]);
      expect(await begins('51')).toEqual([`release#${commits[2]}`]);
      expect(await begins('99')).toEqual([]);
    });

    const pages = async (index: 'byOwner' | 'byHerd', partition: string) => {
      const [pk, sk] = index === 'byOwner' ? ['ownerPk', 'ownerSk'] : ['herdPk', 'herdSk'];
      const sizes: number[] = [];
      const keys: (string | undefined)[] = [];
      let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
      do {
        const page = await query({
          IndexName: index,
          KeyConditionExpression: `${pk} = :pk`,
          ExpressionAttributeValues: { ':pk': { S: partition } },
          ScanIndexForward: false,
          Limit: 3,
          ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
        });
        sizes.push(page.Items?.length ?? 0);
        keys.push(...(page.Items ?? []).map((item) => item[sk ?? '']?.S));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return { sizes, keys };
    };

    test.each(['byOwner', 'byHerd'] as const)('%s: newest first, in pages, each key once', async (index) => {
      const partition = `${index}#2026-08`;
      const times = Array.from({ length: 7 }, (_, second) => sortableTime(Date.UTC(2026, 7, 7, 0, 0, second)));
      const [pk, sk] = index === 'byOwner' ? ['ownerPk', 'ownerSk'] : ['herdPk', 'herdSk'];
      for (const [number, time] of times.entries())
        await putIfAbsent(index, `release#${number}`, { [pk ?? '']: { S: partition }, [sk ?? '']: { S: time } });
      const { sizes, keys } = await poll('the index to follow', async () => {
        const all = await pages(index, partition);
        return all.keys.length === 7 ? all : undefined;
      });
      expect(keys).toEqual([...times].reverse());
      expect(Math.max(...sizes)).toBe(3);
    });

    test('an index gives the record or the entry along', async () => {
      await putIfAbsent('along', entryKey('branch', 1), {
        ownerPk: { S: 'entries#along#c' },
        ownerSk: { S: '1' },
        entry: { S: 'the entry' },
        other: { S: 'left out' },
      });
      const [item] = await poll('the index to follow', async () => {
        const found = await query({
          IndexName: 'byOwner',
          KeyConditionExpression: 'ownerPk = :pk',
          ExpressionAttributeValues: { ':pk': { S: 'entries#along#c' } },
        });
        return found.Items?.length ? found.Items : undefined;
      });
      expect(item?.entry).toEqual({ S: 'the entry' });
      expect(item).not.toHaveProperty('other');
    });

    test('an item over 400 KB is refused and nothing is written', async () => {
      const large = { note: { S: 'x'.repeat(400 * 1024) } };
      expect(await thrownName(putIfAbsent('large', 'branch', large))).toBe('ValidationException');
      expect(await get('large', 'branch')).toBeUndefined();
      await putIfAbsent('large', 'branch', { note: { S: 'x'.repeat(399 * 1024) } });
    });

    test('a delete on a condition', async () => {
      await putIfAbsent('delete', 'token');
      const remove = (from: string) =>
        client.send(
          new DeleteItemCommand({
            TableName,
            Key: key('delete', 'token'),
            ConditionExpression: 'version = :from',
            ExpressionAttributeValues: { ':from': { N: from } },
          }),
        );
      expect(await thrownName(remove('2'))).toBe('ConditionalCheckFailedException');
      await remove('1');
      expect(await get('delete', 'token')).toBeUndefined();
    });
  });
}
