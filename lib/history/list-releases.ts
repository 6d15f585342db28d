import * as z from 'zod';
import type { Instant } from '../engine/instant.ts';
import { Release } from '../release/record.ts';
import { partitionOf, sortableTime } from '../store/table.ts';
import type { ReleasePosition } from './cursor.ts';
import { monthBefore, newestMonth, oldestMonth } from './months.ts';
import { type HistoryTable, type ItemKey, maxKeys, readItems } from './read-items.ts';

/** `state` is the build's; with `environment` it is that target's. `from`: where the last page ended. */
export type ReleaseQuery = {
  codebase?: string | undefined;
  environment?: string | undefined;
  state?: string | undefined;
  since?: Instant | undefined;
  limit: number;
  from?: ReleasePosition | undefined;
};

/** `next` may be there though nothing follows, and a page may hold less than was asked for. */
type ReleasePage = { kind: 'page'; releases: Release[]; next?: ReleasePosition };

/** `bad-position`: where to begin is not in the list that is asked for. */
export type ListedReleases = ReleasePage | { kind: 'bad-position' };

/** Releases from the last pushed backwards: one Query for a codebase, for the herd one a month until the page is full. */
export async function listReleases(table: HistoryTable, query: ReleaseQuery, now: Instant): Promise<ListedReleases> {
  const { codebase, from } = query;
  if (codebase !== undefined) {
    if (from && (!('pushed' in from) || from.codebase !== codebase)) return { kind: 'bad-position' };
    const walk = await readPartition(table, query, ownerPartition(codebase), from, query.limit, maxKeys);
    return { kind: 'page', releases: walk.releases, ...(walk.next && { next: walk.next }) };
  }
  const newest = newestMonth(now);
  const begin = from === undefined ? newest : 'month' in from ? from.month : from.pushed.slice(0, 7);
  if (begin > newest) return { kind: 'bad-position' };
  return readMonths(table, query, begin, oldestMonth(query.since, now));
}

async function readMonths(
  table: HistoryTable,
  query: ReleaseQuery,
  begin: string,
  oldest: string,
): Promise<ReleasePage> {
  const releases: Release[] = [];
  let keys = maxKeys;
  let from = query.from;
  for (let month = begin; month >= oldest; month = monthBefore(month)) {
    if (keys === 0 || releases.length === query.limit || monthsBetween(month, begin) > maxMonths)
      return { kind: 'page', releases, next: { month } };
    const walk = await readPartition(table, query, herdPartition(month), from, query.limit - releases.length, keys);
    releases.push(...walk.releases);
    if (walk.next) return { kind: 'page', releases, next: walk.next };
    keys -= walk.keys;
    from = undefined;
  }
  return { kind: 'page', releases };
}

/** A `since` of long ago costs no more than this many queries a page. */
const maxMonths = 12;

function monthsBetween(earlier: string, later: string): number {
  const count = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5));
  return count(later) - count(earlier);
}

type Partition = { index: 'byOwner' | 'byHerd'; value: string };
const ownerPartition = (codebase: string): Partition => ({ index: 'byOwner', value: `releases#${codebase}` });
const herdPartition = (month: string): Partition => ({ index: 'byHerd', value: `releases#${month}` });

type Walk = { releases: Release[]; keys: number; next?: ReleasePosition };

const ReleaseItem = z.object({ record: Release });

async function readPartition(
  table: HistoryTable,
  query: ReleaseQuery,
  { index, value }: Partition,
  from: ReleasePosition | undefined,
  wanted: number,
  keys: number,
): Promise<Walk> {
  const [pk, sk] = index === 'byOwner' ? ['ownerPk', 'ownerSk'] : ['herdPk', 'herdSk'];
  const since = query.since === undefined ? '' : sortableTime(query.since);
  if (from && 'pushed' in from && from.pushed < since) return { releases: [], keys: 0 };
  const filters = query.state !== undefined || query.environment !== undefined;
  const { items, more } = await readItems(table, ReleaseItem, {
    IndexName: index,
    KeyConditionExpression: since ? `${pk} = :pk AND ${sk} >= :since` : `${pk} = :pk`,
    values: { ':pk': value, ...(since && { ':since': since }) },
    ScanIndexForward: false,
    Limit: filters ? keys : Math.min(keys, wanted),
    ...(from && 'pushed' in from && { startKey: startKeyOf(from, index, value) }),
  });
  const releases: Release[] = [];
  for (const [at, { key, value: item }] of items.entries()) {
    if (item && matches(item.record, query)) releases.push(item.record);
    const last = at === items.length - 1;
    if ((releases.length === wanted && !last) || (last && more))
      return { releases, keys: at + 1, next: positionAt(key) };
  }
  return { releases, keys: items.length };
}

function matches({ state, environments }: Release, query: ReleaseQuery): boolean {
  if (query.environment === undefined) return query.state === undefined || state === query.state;
  const standing = environments[query.environment];
  return standing !== undefined && (query.state === undefined || standing.state === query.state);
}

/** A release's place, from the keys of its item: `codebase#<name>`, `release#<commit>`, `<pushed>#…`. */
function positionAt({ pk, sk, ownerSk, herdSk }: ItemKey): ReleasePosition {
  const pushed = (herdSk ?? ownerSk ?? '').slice(0, sortableTime(0).length);
  return { pushed, codebase: pk.slice(partitionOf('').length), commit: sk.slice('release#'.length) };
}

function startKeyOf(
  { pushed, codebase, commit }: Extract<ReleasePosition, { pushed: string }>,
  index: Partition['index'],
  value: string,
): Record<string, string> {
  const item = { pk: partitionOf(codebase), sk: `release#${commit}` };
  return index === 'byOwner'
    ? { ...item, ownerPk: value, ownerSk: `${pushed}#${commit}` }
    : { ...item, herdPk: value, herdSk: `${pushed}#${codebase}#${commit}` };
}
