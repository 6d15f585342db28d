import type { TargetContext } from '../../lib/target/draft.ts';
import type { Live, Rollout, Target } from '../../lib/target/record.ts';
import { frozen } from '../engine/frozen.ts';

export const NOW = 1_800_000_000_000;
export const commitOf = (letter: string): string => letter.repeat(40);
export const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
export const imageOf = (letter: string): string => `registry.test/drover/shop@${digestOf(letter)}`;
export const by = { name: 'ann', how: 'claimed-on-link' } as const;

/** An offer of the release of a letter; a has order 1, b order 2, and so on. */
export const offerOf = (letter: string) => ({
  release: commitOf(letter),
  digest: digestOf(letter),
  image: imageOf(letter),
  order: letter.charCodeAt(0) - 96,
});
const liveOf = (letter: string): Live => ({ ...offerOf(letter), approved: true, since: NOW - 5_000 });

export const context: TargetContext = {
  now: NOW,
  version: 9,
  key: { codebase: 'shop', environment: 'production' },
  environment: {
    name: 'production',
    cluster: 'far',
    namespace: 'default',
    workloads: [{ kind: 'Deployment', name: 'shop', container: 'shop' }],
    create: false,
    approval: 'required',
    approvalLifetimeMinutes: 60,
    rolloutDeadlineSeconds: 120,
    stabilitySeconds: 0,
    drift: 'report',
  },
  nextEnvironment: 'moon',
  watchAfter: 5_000,
  lease: 90_000,
};

const { cluster, namespace, workloads, create } = context.environment;
const live: Target = {
  kind: 'target',
  codebase: 'shop',
  environment: 'production',
  number: 5,
  asks: 2,
  offers: 3,
  holds: 1,
  offeredUpTo: 2,
  baseline: 'base',
  live: liveOf('a'),
  candidate: null,
  rollout: null,
  held: null,
};
const empty: Target = { ...live, baseline: null, live: null };
const waiting = { ...offerOf('b'), byHand: false, offeredAt: NOW - 1, ask: null };
const newer = { ...offerOf('c'), byHand: false, offeredAt: NOW - 1, ask: null };
const ask = { number: 2, running: imageOf('a'), askedAt: NOW - 1, expiresAt: NOW + 60_000 };
const rolling: Rollout = {
  ...offerOf('b'),
  kind: 'release',
  phase: 'rolling-out',
  number: 5,
  byHand: false,
  running: imageOf('a'),
  previous: liveOf('a'),
  place: { cluster, namespace, workloads, create },
  startedAt: NOW - 1_000,
  deadline: NOW + 60_000,
};
const fresh = { running: null, previous: null };
const by0 = { name: 'bob', how: 'api-token' } as const;

/** A target in every state of the table, and wherever a row tells two apart. */
export const targets: Record<string, Target | undefined> = frozen({
  'none yet': undefined,
  'looked at for the first time': { ...empty, number: 0, baseline: undefined, candidate: waiting },
  'empty, asked': { ...empty, candidate: { ...waiting, ask: { ...ask, running: null } } },
  live: live,
  asked: { ...live, candidate: { ...waiting, ask } },
  'asked, expired': { ...live, candidate: { ...waiting, ask: { ...ask, expiresAt: NOW - 1 } } },
  held: { ...live, holds: 1, held: { number: 1, reason: 'a feast', by: by0, at: NOW - 1 }, candidate: waiting },
  'rolling out': { ...live, rollout: rolling },
  'rolling out, past its deadline': { ...live, rollout: { ...rolling, deadline: NOW - 1 } },
  'rolling out, a candidate waits': { ...live, offeredUpTo: 3, rollout: rolling, candidate: newer },
  'rolling out the first': { ...empty, rollout: { ...rolling, ...fresh } },
  'rolling out a rollback': {
    ...live,
    live: liveOf('c'),
    rollout: { ...rolling, ...offerOf('a'), kind: 'rollback', running: imageOf('c'), previous: liveOf('c') },
  },
  healing: { ...live, rollout: { ...rolling, ...offerOf('a'), kind: 'heal', byHand: false } },
  'rolling back': { ...live, rollout: { ...rolling, phase: 'rolling-back', reason: 'it crashed' } },
  'rolling back, past its deadline': {
    ...live,
    rollout: { ...rolling, phase: 'rolling-back', reason: 'it crashed', deadline: NOW - 1 },
  },
  'stopping, then held': {
    ...empty,
    rollout: { ...rolling, ...fresh, phase: 'stopping', afterStop: 'held', reason: 'it crashed' },
  },
  'stopping, then asked': { ...live, rollout: { ...rolling, phase: 'stopping', afterStop: 'ask', reason: 'x runs' } },
  'stopping, then asked, a candidate waits': {
    ...live,
    rollout: { ...rolling, phase: 'stopping', afterStop: 'ask', reason: 'x runs' },
    candidate: newer,
  },
});
