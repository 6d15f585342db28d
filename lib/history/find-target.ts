import * as z from 'zod';
import { partitionOf } from '../store/table.ts';
import { Target } from '../target/record.ts';
import type { TargetPosition } from './cursor.ts';
import { Entry } from './entry.ts';
import { type HistoryTable, readItems, valuesOf } from './read-items.ts';

const TargetItem = z.object({ record: Target });

/** `unreadable`: there is one, and its record does not parse. */
export type FoundTarget = { kind: 'found'; target: Target } | { kind: 'none' } | { kind: 'unreadable' };

/** One target, read consistently. */
export async function findTarget(table: HistoryTable, codebase: string, environment: string): Promise<FoundTarget> {
  const { items } = await readItems(table, TargetItem, {
    KeyConditionExpression: 'pk = :pk AND sk = :sk',
    values: { ':pk': partitionOf(codebase), ':sk': `target#${environment}` },
    ConsistentRead: true,
  });
  const [first] = items;
  if (!first) return { kind: 'none' };
  return first.value ? { kind: 'found', target: first.value.record } : { kind: 'unreadable' };
}

/** The last entries of a target, newest first. */
export async function recentEntriesOfTarget(
  table: HistoryTable,
  codebase: string,
  environment: string,
  limit: number,
): Promise<Entry[]> {
  const read = await readItems(table, z.object({ entry: Entry }), {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    values: { ':pk': partitionOf(codebase), ':sk': `entry#target#${environment}#` },
    ScanIndexForward: false,
    Limit: limit,
  });
  return valuesOf(read).map(({ entry }) => entry);
}

/** Targets of the herd, or of one codebase, by name. */
export async function listTargets(
  table: HistoryTable,
  query: { codebase?: string | undefined; limit: number; from?: TargetPosition | undefined },
): Promise<{ targets: Target[]; next?: TargetPosition }> {
  const { codebase, limit, from } = query;
  const read = await readItems(table, TargetItem, {
    IndexName: 'byHerd',
    KeyConditionExpression: codebase ? 'herdPk = :pk AND begins_with(herdSk, :name)' : 'herdPk = :pk',
    values: { ':pk': 'targets', ...(codebase && { ':name': `${codebase}#` }) },
    Limit: limit,
    ...(from && {
      startKey: {
        pk: partitionOf(from.codebase),
        sk: `target#${from.environment}`,
        herdPk: 'targets',
        herdSk: `${from.codebase}#${from.environment}`,
      },
    }),
  });
  const last = read.items.at(-1)?.key;
  const next = read.more &&
    last && { codebase: last.pk.slice(partitionOf('').length), environment: last.sk.slice('target#'.length) };
  return { targets: valuesOf(read).map(({ record }) => record), ...(next && { next }) };
}
