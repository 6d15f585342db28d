import type { Release } from '../../lib/release/record.ts';
import { frozen } from '../engine/frozen.ts';

export const NOW = 1_800_000_000_000;
export const COMMIT = 'a'.repeat(40);
export const DIGEST = `sha256:${'d'.repeat(64)}`;
export const IMAGE = `registry.test/drover/shop@${DIGEST}`;
export const BUILD = 'drover-shop:1';
export const ORDER = 1_000_500;

const pushed: Release = {
  kind: 'release',
  codebase: 'shop',
  commit: COMMIT,
  order: ORDER,
  pushedAt: 1_000_000,
  message: 'work',
  author: 'Ann',
  pusher: 'ann',
  state: 'superseded',
  attempt: 0,
  queuedAt: NOW - 60_000,
  byHand: false,
  lost: 0,
  environments: {},
};
const build = { id: BUILD, startedAt: NOW - 60_000 };

/** A release in every state of the table, and in the two that a row tells apart. */
export const releases: Record<string, Release | undefined> = frozen({
  'none yet': undefined,
  queued: { ...pushed, state: 'queued', attempt: 1 },
  'queued by hand': { ...pushed, state: 'queued', attempt: 1, byHand: true },
  'queued for six hours': { ...pushed, state: 'queued', attempt: 1, queuedAt: NOW - 6 * 3_600_000 - 1 },
  building: { ...pushed, state: 'building', attempt: 1, build },
  'building, lost once': { ...pushed, state: 'building', attempt: 1, build, lost: 1 },
  confirming: { ...pushed, state: 'confirming', attempt: 1, build, claim: DIGEST },
  built: { ...pushed, state: 'built', attempt: 1, build, digest: DIGEST, image: IMAGE },
  failed: { ...pushed, state: 'failed', attempt: 1, build, reason: 'a test failed' },
  superseded: { ...pushed, state: 'superseded', attempt: 1 },
});
