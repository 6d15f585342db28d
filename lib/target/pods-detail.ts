import type { Watched } from '../cluster/cluster.ts';
import type { Instant } from '../engine/instant.ts';
import type { Remark } from '../history/entry.ts';
import type { Live } from './record.ts';

/** Which pods ran the image when it was seen to be complete, since when, and how often they had restarted: as an entry shows it. */
export function podsDetail({ pods }: Watched): NonNullable<Remark['detail']> {
  if (pods === undefined) return {};
  const lines = pods.first.map(({ name, isImage, restarts, since }, n) => {
    const from = since === undefined ? '' : ` since ${new Date(since).toISOString()}`;
    const which = isImage ? 'runs the digest' : 'its node does not tell this digest';
    return [`pod.${n + 1}`, `${name}${from}, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}, ${which}`];
  });
  return { pods: pods.count, ...Object.fromEntries(lines) };
}

/** What ran until now, and from when: the end of its line in the history. */
export function replacedDetail(live: Live | null, now: Instant): NonNullable<Remark['detail']> {
  if (live === null) return {};
  return {
    replaced: live.release ?? live.image,
    'replaced.from': new Date(live.since).toISOString(),
    'replaced.until': new Date(now).toISOString(),
  };
}
