import type { Instant } from '../engine/instant.ts';
import type { Standing } from '../release/record.ts';
import type { TargetEffect } from './event.ts';
import type { Target } from './record.ts';

/** What a decision says of releases that its record no longer names, or no longer in full. */
export type Said = Record<string, Pick<Standing, 'state'> & Partial<Pick<Standing, 'reason' | 'decision'>>>;

/** What a target's record says of a release now, or undefined where it does not name it. */
function standingOf(target: Target, release: string): Standing['state'] | undefined {
  const { rollout, live, candidate } = target;
  if (rollout?.release === release) {
    if (rollout.phase === 'rolling-out') return 'rolling-out';
    return rollout.phase === 'rolling-back' ? 'rolling-back' : 'held';
  }
  if (live?.release === release) return live.approved === false ? 'held' : 'live';
  if (candidate?.release === release) return candidate.ask === null ? 'candidate' : 'asked';
  return undefined;
}

/** The words for every release whose standing a decision changed, so that the history of a release needs no other record. */
export function standings(
  before: Target,
  after: Target,
  said: Said,
  { now, version }: { now: Instant; version: number },
): TargetEffect[] {
  const named = new Set(Object.keys(said));
  for (const { rollout, live, candidate } of [before, after])
    for (const release of [rollout?.release, live?.release, candidate?.release])
      if (release !== undefined) named.add(release);
  return [...named].flatMap((release) => {
    const was = standingOf(before, release);
    const state = standingOf(after, release) ?? said[release]?.state ?? 'replaced';
    const words = said[release];
    if (state === was && words === undefined) return [];
    const standing: Standing = {
      ...(words?.reason === undefined ? {} : { reason: words.reason }),
      ...(words?.decision === undefined ? {} : { decision: words.decision }),
      ...(state === 'live' && was !== 'live' ? { liveAt: now } : {}),
      state,
      at: now,
      version,
    };
    return [
      {
        kind: 'send-release' as const,
        commit: release,
        event: { kind: 'standing' as const, environment: after.environment, standing },
      },
    ];
  });
}
