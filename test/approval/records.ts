import type { Codebase } from '../../lib/codebase/codebase.ts';
import type { Release } from '../../lib/release/record.ts';
import type { Candidate, Target } from '../../lib/target/record.ts';

/** Monday, 23 November 2026, 16:00 UTC. */
export const noon = Date.UTC(2026, 10, 23, 16, 0);
export const hour = 3_600_000;

export const newCommit = '4f2a1c9e7b8d6a5f4e3c2b1a0918273645546372';
export const oldCommit = '91c7d0f2a4b6c8e0d2f4a6b8c0e2d4f6a8b0c2d4';
export const newDigest = `sha256:${'6e'.repeat(32)}`;
export const oldDigest = `sha256:${'3b'.repeat(32)}`;
export const newImage = `registry.example/drover/shop@${newDigest}`;
export const oldImage = `registry.example/drover/shop@${oldDigest}`;

export const ada = { name: 'Ada Lovelace', how: 'claimed-on-link' } as const;

const place = {
  cluster: 'main',
  namespace: 'shop',
  workloads: [{ kind: 'Deployment' as const, name: 'shop', container: 'shop' }],
  create: false,
};

export const shop: Codebase = {
  name: 'shop',
  language: 'node',
  github: 'https://github.com',
  repository: 'acme/shop',
  branch: 'main',
  compute: 'small',
  platforms: ['linux/arm64'],
  buildTimeoutMinutes: 30,
  environments: ['staging', 'production'].map((name) => ({
    ...place,
    name,
    approval: 'required',
    approvalLifetimeMinutes: 1440,
    rolloutDeadlineSeconds: 600,
    stabilitySeconds: 10,
    drift: 'report',
  })),
};

export function aRelease(changes: Partial<Release> = {}): Release {
  return {
    kind: 'release',
    codebase: 'shop',
    commit: newCommit,
    order: 20,
    pushedAt: noon - hour,
    message: 'Show prices with tax in the basket',
    author: 'Grace Hopper',
    pusher: 'ghopper',
    state: 'built',
    attempt: 1,
    queuedAt: noon - hour,
    byHand: false,
    lost: 0,
    build: { id: 'drover-shop:1', startedAt: noon - hour + 5_000, finishedAt: noon - hour + 77_000 },
    digest: newDigest,
    image: newImage,
    environments: { staging: { state: 'live', at: noon - hour / 2, version: 9, liveAt: noon - hour / 2 } },
    ...changes,
  };
}

/** A build that told everything. */
export const toldBuild: NonNullable<Release['build']> = {
  id: 'drover-shop:1',
  startedAt: noon - hour + 5_000,
  finishedAt: noon - hour + 77_000,
  logUrl: 'https://logs.example/drover-shop-1',
  steps: [
    { name: 'install', seconds: 12.34, result: 'passed' },
    { name: 'test', seconds: 3.2, result: 'failed' },
  ],
  tests: {
    total: 42,
    failed: 1,
    skipped: 2,
    failures: [{ name: 'adds the tax', text: 'expected 119\nto be 120' }],
    slowest: [{ name: 'waits for stock', seconds: 1.25 }],
  },
  cache: 'hit',
  compiled: 1,
  image: { bytes: 12_345_678 },
  tail: { step: 'test', lines: ['39 passed', '1 failed'] },
  compute: { type: 'ARM_CONTAINER', size: 'BUILD_GENERAL1_SMALL' },
  cents: 0.68,
};

export function aTarget(changes: Partial<Target> = {}): Target {
  return {
    kind: 'target',
    codebase: 'shop',
    environment: 'production',
    number: 6,
    asks: 3,
    offers: 4,
    holds: 0,
    offeredUpTo: 20,
    baseline: null,
    live: {
      image: oldImage,
      digest: oldDigest,
      release: oldCommit,
      order: 10,
      approved: true,
      since: noon - 50 * hour,
    },
    candidate: null,
    rollout: null,
    held: null,
    ...changes,
  };
}

export const candidate: Candidate = {
  release: newCommit,
  digest: newDigest,
  image: newImage,
  order: 20,
  byHand: false,
  offeredAt: noon - hour / 2,
  ask: { number: 3, running: oldImage, askedAt: noon - hour / 2, expiresAt: noon + 23 * hour },
};

export const askedTarget = (changes: Partial<Target> = {}): Target => aTarget({ candidate, ...changes });

export const rollout: NonNullable<Target['rollout']> = {
  kind: 'release',
  phase: 'rolling-out',
  number: 7,
  release: newCommit,
  digest: newDigest,
  image: newImage,
  order: 20,
  byHand: false,
  running: oldImage,
  previous: null,
  place,
  startedAt: noon - 60_000,
  deadline: noon + 540_000,
};
