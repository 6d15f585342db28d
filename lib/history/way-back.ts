import type { HttpResponse } from '../lambda/http.ts';
import type { Release } from '../release/record.ts';
import type { Offer } from '../target/offer.ts';
import type { Target } from '../target/record.ts';
import { findRelease } from './find-release.ts';
import { liveBefore } from './live-before.ts';
import { releaseMissing } from './missing.ts';
import { problem } from './problem.ts';
import { targetView } from './record-views.ts';
import type { HistoryServices } from './services.ts';

export type WayBack = { kind: 'way'; to: Offer | 'baseline' } | { kind: 'refused'; response: HttpResponse };

/**
 * What a target may be rolled back to: a release that was live there and whose image can still be pulled, or what ran before drover
 * came. Where none is named it is the one that was live before, then the baseline.
 */
export async function wayBack(target: Target, to: string | undefined, services: HistoryServices): Promise<WayBack> {
  const hasBaseline = typeof target.baseline === 'string';
  if (to === 'baseline')
    return hasBaseline ? { kind: 'way', to } : refused(target, 'no-baseline', 'Nothing ran there before drover came.');
  if (to !== undefined) {
    const found = await findRelease(services.table, target.codebase, to);
    if (found.kind !== 'found')
      return { kind: 'refused', response: releaseMissing(found, { codebase: target.codebase, commit: to }) };
    return toRelease(target, found.release, services);
  }
  const before = await liveBefore(services.table, target, services.now());
  if (before) return toRelease(target, before, services);
  if (hasBaseline && target.live?.image !== target.baseline) return { kind: 'way', to: 'baseline' };
  return refused(target, 'nothing-was-live-before', 'Nothing else was live there that it could be rolled back to.');
}

async function toRelease(target: Target, release: Release, { images }: HistoryServices): Promise<WayBack> {
  const { commit, digest, image, order } = release;
  const liveAt = release.environments[target.environment]?.liveAt;
  if (liveAt === undefined || digest === undefined || image === undefined)
    return refused(target, 'was-never-live-here', `${commit} was never live in ${target.environment}.`);
  if (!(await images.find(target.codebase, { digest })))
    return refused(target, 'image-is-gone', `The image of ${commit} is no longer in the registry.`);
  return { kind: 'way', to: { release: commit, digest, image, order } };
}

function refused(target: Target, reason: string, detail: string): WayBack {
  return { kind: 'refused', response: problem('refused', detail, { reason, target: targetView(target) }) };
}
