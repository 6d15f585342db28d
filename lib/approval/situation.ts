import type { Instant } from '../engine/instant.ts';
import type { By } from '../history/entry.ts';
import type { Release, Standing } from '../release/record.ts';
import type { Shown } from '../target/event.ts';
import type { Ask, Candidate, Rollout, Target } from '../target/record.ts';

/** What is so now of the question that a link asks. */
export type Situation =
  | { kind: 'open' }
  | { kind: 'decided'; decision: 'approved' | 'rejected'; by: By; at: Instant; standing: Standing | undefined }
  | { kind: 'superseded'; newer: Candidate | undefined }
  | { kind: 'expired' }
  | { kind: 'held'; held: NonNullable<Target['held']> }
  | { kind: 'busy'; rollout: Rollout }
  | { kind: 'moved' }
  | { kind: 'asked-again'; ask: Ask }
  | { kind: 'withdrawn' };

/**
 * Derived from the records, never from how a decision was refused, so that a page shows the same however often it is asked.
 * The first that holds: what a person decided; a newer release; time; then what stands in the way.
 */
export function situationOf(
  shown: Shown,
  target: Target | undefined,
  release: Release | undefined,
  now: Instant,
): Situation {
  const decided = decisionOf(shown, target, release);
  if (decided) return decided;
  if (!target) return { kind: 'withdrawn' };
  const { candidate, held, rollout } = target;
  const standing = release?.environments[target.environment];
  if (candidate && candidate.release !== shown.release) return { kind: 'superseded', newer: candidate };
  if (!candidate && standing?.state === 'superseded') return { kind: 'superseded', newer: undefined };
  if (now > shown.expiresAt) return { kind: 'expired' };
  if (!candidate) return { kind: 'withdrawn' };
  if (rollout) return { kind: 'busy', rollout };
  if (held) return { kind: 'held', held };
  if ((target.live?.image ?? null) !== shown.running || candidate.digest !== shown.digest) return { kind: 'moved' };
  if (!candidate.ask) return { kind: 'withdrawn' };
  return candidate.ask.number === shown.ask ? { kind: 'open' } : { kind: 'asked-again', ask: candidate.ask };
}

/** A decision about this very ask: the release's record knows it, and until that was told, the rollout that it began. */
function decisionOf(shown: Shown, target: Target | undefined, release: Release | undefined): Situation | undefined {
  const standing = target && release?.environments[target.environment];
  if (standing?.decision?.ask === shown.ask) {
    const { kind, by, at } = standing.decision;
    return { kind: 'decided', decision: kind, by, at, standing };
  }
  const rollout = target?.rollout;
  if (rollout?.approval?.ask === shown.ask && rollout.release === shown.release) {
    const { by, at } = rollout.approval;
    return { kind: 'decided', decision: 'approved', by, at, standing: undefined };
  }
  return undefined;
}
