import type { Instant } from '../engine/instant.ts';
import { Digest } from '../release/record.ts';
import type { Live, Rollout } from './record.ts';

/** What a cluster was seen to run when a rollout ended otherwise than planned. */
export function observed(rollout: Rollout, image: string | null, now: Instant): Live | null {
  if (image === null) return null;
  if (image === rollout.previous?.image) return rollout.previous;
  const live: Live = { ...foreign(image, now), approved: false };
  return image === rollout.image ? { ...live, ...ofRelease(rollout) } : live;
}

/** An image that drover did not put there. */
export function foreign(image: string, now: Instant): Omit<Live, 'approved'> {
  const digest = Digest.safeParse(image.split('@')[1]);
  return { image, order: 0, since: now, ...(digest.success ? { digest: digest.data } : {}) };
}

/** What is live once a rollout is complete. */
export function liveFrom(rollout: Rollout, now: Instant): Live {
  const approved = rollout.release === undefined ? 'baseline' : true;
  return { image: rollout.image, order: rollout.order, approved, since: now, ...ofRelease(rollout) };
}

/** The release that an image belongs to, where it belongs to one. */
export function ofRelease({ release, digest }: Pick<Live, 'release' | 'digest'>): Pick<Live, 'release' | 'digest'> {
  return { ...(release === undefined ? {} : { release }), ...(digest === undefined ? {} : { digest }) };
}
