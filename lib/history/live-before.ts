import type { Instant } from '../engine/instant.ts';
import type { Release } from '../release/record.ts';
import type { Target } from '../target/record.ts';
import { listReleases } from './list-releases.ts';
import { type HistoryTable, maxKeys } from './read-items.ts';

/**
 * The release that was live in a target before the present one, among the codebase's last 200 that have a standing there; undefined where there is none. What
 * failed there and was rolled back is no way back, so it is left out.
 */
export async function liveBefore(table: HistoryTable, target: Target, now: Instant): Promise<Release | undefined> {
  const { codebase, environment, live } = target;
  const listed = await listReleases(table, { codebase, environment, limit: maxKeys }, now);
  if (listed.kind !== 'page') return undefined;
  const liveAt = (release: Release): number => release.environments[environment]?.liveAt ?? 0;
  return listed.releases
    .filter((release) => liveAt(release) > 0 && release.environments[environment]?.state !== 'rolled-back')
    .filter((release) => release.commit !== live?.release && release.digest !== live?.digest)
    .toSorted((one, other) => liveAt(other) - liveAt(one))[0];
}
