import { seconds } from '../../lib/engine/instant.ts';
import { decideTarget } from '../../lib/target/decide.ts';
import type { TargetContext } from '../../lib/target/draft.ts';
import type { TargetEvent } from '../../lib/target/event.ts';
import type { Target } from '../../lib/target/record.ts';

export const noon = Date.UTC(2026, 10, 23, 12);
export const ada = { name: 'Ada', how: 'api-token' } as const;
export const commitOf = (letter: string): string => letter.repeat(40);
export const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
export const imageOf = (letter: string): string => `registry.example/drover/shop@${digestOf(letter)}`;

const place = {
  cluster: 'main',
  namespace: 'shop',
  workloads: [{ kind: 'Deployment' as const, name: 'web', container: 'web' }],
  create: false,
};

export type Environment = TargetContext['environment'];

export const environment: Environment = {
  ...place,
  name: 'production',
  approval: 'required',
  approvalLifetimeMinutes: 60,
  rolloutDeadlineSeconds: 600,
  stabilitySeconds: 0,
  drift: 'revert',
};

/** A target where release a is live, approved, as rollout 3. */
export const aTarget = (changes: Partial<Target> = {}): Target => ({
  kind: 'target',
  codebase: 'shop',
  environment: 'production',
  number: 3,
  asks: 1,
  offers: 1,
  holds: 0,
  offeredUpTo: 10,
  baseline: null,
  live: { image: imageOf('a'), digest: digestOf('a'), release: commitOf('a'), order: 10, approved: true, since: noon },
  candidate: null,
  rollout: null,
  held: null,
  ...changes,
});

/** Release b waits and was asked for. */
export const aCandidate: NonNullable<Target['candidate']> = {
  release: commitOf('b'),
  digest: digestOf('b'),
  image: imageOf('b'),
  order: 20,
  byHand: false,
  offeredAt: noon,
  ask: { number: 1, running: imageOf('a'), askedAt: noon, expiresAt: noon + seconds(3_600) },
};

/** Decides events one after the other, at the time of each; gives back what the last one did. */
export function play(
  target: Target,
  events: (TargetEvent | { at: number; event: TargetEvent })[],
  changes: Partial<Environment> = {},
) {
  let now = target;
  let decision: ReturnType<typeof decideTarget> = { kind: 'ignored', reason: 'no event' };
  for (const [n, one] of events.entries()) {
    const { at, event } = 'event' in one ? one : { at: noon, event: one };
    decision = decideTarget(now, event, {
      now: at,
      key: { codebase: 'shop', environment: 'production' },
      environment: { ...environment, ...changes },
      nextEnvironment: undefined,
      watchAfter: seconds(5),
      lease: seconds(90),
      version: n + 1,
    });
    if (decision.kind === 'changed') now = decision.record;
  }
  const effects = decision.kind === 'changed' ? decision.effects : [];
  const remark = decision.kind === 'changed' ? decision.remark : undefined;
  return { decision, target: now, effects, remark };
}
