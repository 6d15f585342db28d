import * as z from 'zod';
import { Release } from '../release/record.ts';
import { partitionOf } from '../store/table.ts';
import type { EntryPosition } from './cursor.ts';
import { Entry } from './entry.ts';
import { type HistoryTable, type ItemKey, maxKeys, readItems, valuesOf } from './read-items.ts';

/** `unreadable`: there is one, and its record does not parse. */
export type FoundRelease =
  | { kind: 'found'; release: Release }
  | { kind: 'none' }
  | { kind: 'ambiguous'; commits: string[] }
  | { kind: 'unreadable' };

/** The release whose commit begins so (7 or more characters), read consistently. At most 10 are listed where it is ambiguous. */
export async function findRelease(table: HistoryTable, codebase: string, prefix: string): Promise<FoundRelease> {
  const { items } = await readItems(table, z.object({ record: Release }), {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    values: { ':pk': partitionOf(codebase), ':sk': `release#${prefix}` },
    ConsistentRead: true,
    Limit: 10,
  });
  const [first, second] = items;
  if (second) return { kind: 'ambiguous', commits: items.map(({ key }) => key.sk.slice('release#'.length)) };
  if (!first) return { kind: 'none' };
  return first.value ? { kind: 'found', release: first.value.record } : { kind: 'unreadable' };
}

/** What happened to a release, in any record, oldest first. */
export async function entriesOfRelease(
  table: HistoryTable,
  codebase: string,
  commit: string,
  from?: EntryPosition,
): Promise<{ entries: Entry[]; next?: EntryPosition }> {
  const owner = `entries#${codebase}#${commit}`;
  const read = await readItems(table, z.object({ entry: Entry }), {
    IndexName: 'byOwner',
    KeyConditionExpression: 'ownerPk = :pk',
    values: { ':pk': owner },
    Limit: maxKeys,
    ...(from && { startKey: { ...placeOf(codebase, from), ownerPk: owner } }),
  });
  const last = read.items.at(-1);
  const next = read.more && last && positionAt(last.key);
  return { entries: valuesOf(read).map(({ entry }) => entry), ...(next && { next }) };
}

function placeOf(codebase: string, { at, record, version }: EntryPosition): Record<string, string> {
  const name = `${record}#${String(version).padStart(9, '0')}`;
  return { pk: partitionOf(codebase), sk: `entry#${name}`, ownerSk: `${at}#${name}` };
}

function positionAt({ sk, ownerSk }: ItemKey): EntryPosition {
  const [, record = '', version = ''] = /^entry#(.*)#(\d+)$/.exec(sk) ?? [];
  return { at: (ownerSk ?? '').slice(0, new Date(0).toISOString().length), record, version: Number(version) };
}
