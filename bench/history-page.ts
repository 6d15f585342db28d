import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ReleasesAnswer } from '../lib/history/answers.ts';
import { historyApi } from '../lib/history/api.ts';
import { cursorOf } from '../lib/history/cursor.ts';
import type { HistoryServices } from '../lib/history/services.ts';
import type { Release } from '../lib/release/record.ts';
import { aRelease, noon } from '../test/approval/records.ts';
import { commitOf, historyWorld, startTwin } from '../test/history/history-world.ts';
import { dynamoDbLocalMissing, startDynamoDbLocal } from '../test/real/engines/dynamodb-local.ts';
import { fillTable } from './fill-table.ts';
import { interleave, ratios, showSpread, timed } from './measure.ts';
import type { Bench } from './report.ts';

const ROUNDS = 40;
const LIMIT = 50;

/** One push each ten minutes, the newest an hour ago: 100,000 of them are two years of one codebase. */
const pushedAt = (number: number): number => noon - 3_600_000 - number * 600_000;
const states = ['built', 'built', 'failed', 'superseded'] as const;
const release = (number: number): Release =>
  aRelease({
    commit: commitOf(number),
    order: pushedAt(number),
    pushedAt: pushedAt(number),
    state: states[number % states.length] ?? 'built',
    environments: { production: { state: 'replaced', at: pushedAt(number), version: 3, liveAt: pushedAt(number) } },
  });

/** A page by its address; `count` is that of the table. */
const pages: { name: string; url: (count: number) => string }[] = [
  { name: `a codebase, its last ${LIMIT}`, url: () => `/releases?codebase=shop&limit=${LIMIT}` },
  {
    name: `a codebase, ${LIMIT} from the middle`,
    url: (count) => {
      const number = Math.floor(count / 2) - 1;
      const pushed = new Date(pushedAt(number)).toISOString();
      const cursor = cursorOf({ pushed, codebase: 'shop', commit: commitOf(number) });
      return `/releases?codebase=shop&limit=${LIMIT}&cursor=${cursor}`;
    },
  },
  { name: `the herd, its last ${LIMIT}`, url: () => `/releases?limit=${LIMIT}` },
  {
    name: `a codebase, its last ${LIMIT} that failed`,
    url: () => `/releases?codebase=shop&state=failed&limit=${LIMIT}`,
  },
];

/** What a page costs as the history grows. */
export const historyPage: Bench = {
  name: 'history',
  title: 'A page of history as the history grows',
  run: async (say) => {
    const missing = dynamoDbLocalMissing();
    const counts = missing === undefined ? [100, 10_000, 100_000] : [100, 1_000, 10_000];
    const world = await historyWorld(missing === undefined ? startDynamoDbLocal : startTwin);
    try {
      const token = await world.newToken('read');
      for (const count of counts) {
        const { milliseconds } = await timed(() => fillTable(world.client, tableOf(count), count, release));
        say(`${count} releases written in ${(milliseconds / 1_000).toFixed(1)} s`);
      }
      const cost = countCost(world.client);
      const rows: string[][] = [];
      for (const { name, url } of pages) {
        const asked = counts.map((count) => () => {
          cost.begin();
          return timed(() => ask(world.services, count, token, url(count))).then(({ milliseconds, value }) => ({
            milliseconds,
            cells: [...cost.end(), String(value.releases), (value.bytes / 1_000).toFixed(1)],
          }));
        });
        const results = await interleave(ROUNDS, asked);
        const times = results.map((one) => one.map(({ milliseconds }) => milliseconds));
        for (const [at, count] of counts.entries()) {
          const own = times[at] ?? [];
          const ratio = at === 0 ? '1' : showSpread(ratios(own, times[0] ?? []), 2);
          const cells = [...new Set(results[at]?.map(({ cells }) => cells.join(' | ')))];
          if (cells.length !== 1) throw new Error(`the same page did not cost the same each time: ${cells.join('; ')}`);
          rows.push([name, count.toLocaleString('en'), ratio, ...(cells[0] ?? '').split(' | '), showSpread(own, 1)]);
        }
      }
      const engine = missing === undefined ? 'DynamoDB Local 2.6.1, in memory' : `dynalite, since ${missing}`;
      return {
        tables: [{ head, rows }],
        notes: [
          `Engine: ${engine}. Its times are not DynamoDB's; queries, keys, capacity and bytes are what DynamoDB counts too. One table for each size, filled with items as the store writes them; ${ROUNDS} rounds of one page at each size in turn, after one that is not counted.`,
          `Each page is a whole request to the history API. Beside its Query it makes one GetItem, for the token. Ratio: the time of the page beside the same page at ${counts[0]}, round by round.`,
          'A page from the middle takes longer at 100,000 in DynamoDB Local, by the same one Query and as many keys and units: that engine takes the longer to find a cursor the further back it lies, in a table of any size.',
          'With a filter a page reads 200 keys and no more, so at 100 releases it reads fewer: a table that small is read whole.',
        ],
      };
    } finally {
      await world.close();
    }
  },
};

const head = ['page', 'releases', '÷ at 100', 'Query calls', 'keys read', 'read units', 'shown', 'kB', 'ms'];
const tableOf = (count: number): string => `history-${count}`;

async function ask(services: HistoryServices, count: number, token: string, url: string) {
  const { pathname, searchParams } = new URL(url, 'http://drover.invalid');
  const headers = { authorization: `Bearer ${token}` };
  const query = Object.fromEntries(searchParams);
  const request = { method: 'GET', path: pathname, query, headers, body: Buffer.alloc(0) };
  const table = { ...services.table, tableName: tableOf(count) };
  const { status, body } = await historyApi(request, { ...services, table });
  if (status !== 200) throw new Error(`${url}: ${status} ${body}`);
  return { releases: ReleasesAnswer.parse(JSON.parse(body)).releases.length, bytes: Buffer.byteLength(body) };
}

/** Counts the queries of a client between `begin` and `end`, which gives their number, keys read and capacity used. */
function countCost(client: DynamoDBClient) {
  let [queries, keys, units] = [0, 0, 0];
  client.middlewareStack.add(
    (next) => async (args) => {
      if (!('KeyConditionExpression' in args.input)) return next(args);
      const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
      queries += 1;
      if ('ScannedCount' in answer.output) keys += answer.output.ScannedCount ?? 0;
      const used = 'ConsumedCapacity' in answer.output ? answer.output.ConsumedCapacity : undefined;
      if (used && 'CapacityUnits' in used) units += used.CapacityUnits ?? 0;
      return answer;
    },
    { step: 'initialize' },
  );
  return {
    begin: () => {
      [queries, keys, units] = [0, 0, 0];
    },
    end: () => [String(queries), String(keys), units.toFixed(1)],
  };
}
