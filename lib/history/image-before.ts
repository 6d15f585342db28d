import * as z from 'zod';
import { Release } from '../release/record.ts';
import { sortableTime } from '../store/table.ts';
import { type HistoryTable, readItems, valuesOf } from './read-items.ts';

/** The image of another release, to compare sizes with. */
export type ImageBefore = { commit: string; bytes: number };

/**
 * The newest release of the codebase that was pushed before this one and whose image's size is known; one Query, which looks no
 * further back than ten. Undefined where there is none, or this one's own size is not known.
 */
export async function imageBefore(table: HistoryTable, release: Release): Promise<ImageBefore | undefined> {
  if (release.build?.image === undefined) return undefined;
  const read = await readItems(table, z.object({ record: Release }), {
    IndexName: 'byOwner',
    KeyConditionExpression: 'ownerPk = :pk AND ownerSk < :sk',
    values: { ':pk': `releases#${release.codebase}`, ':sk': sortableTime(release.pushedAt) },
    ScanIndexForward: false,
    Limit: 10,
  });
  for (const { record } of valuesOf(read)) {
    const bytes = record.build?.image?.bytes;
    if (record.state === 'built' && bytes !== undefined) return { commit: record.commit, bytes };
  }
  return undefined;
}
