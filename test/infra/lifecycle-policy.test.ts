import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keptCandidates, keptDeployed, type LifecycleRule, lifecyclePolicy } from '../../infra/lifecycle-policy.ts';
import { expiredBy, type Image } from './ecr-clean-up.ts';

const DAY = 86_400_000;
/** A rollback must find so many that were live before. */
const LAST = 10;
/** So far back a person rolls back, one deployment in twenty. */
const FURTHEST = 10;

const { rules } = lifecyclePolicy({
  environments: ['staging', 'production'].map((name) => ({
    name,
    cluster: 'c',
    namespace: 'n',
    workloads: [{ kind: 'Deployment', name: 'w', container: 'w' }],
    create: false,
    approval: 'required',
    approvalLifetimeMinutes: 60,
    rolloutDeadlineSeconds: 60,
    stabilitySeconds: 60,
    drift: 'report',
  })),
});

/** Platforms of an image that is an index. */
const PLATFORMS = ['amd64', 'arm64'];

type Year = { images: Image[]; lost: string[]; most: number };

/** A year of a codebase as chance has it: pushes, one in two of an index, deployments, rollbacks, images of broken pushes; ECR cleans up each day. */
function year(random: () => number, by: LifecycleRule[], cleanUp = expiredBy): Year {
  const images = new Map<string, Image>();
  const liveIn: Record<string, string[]> = { staging: [], production: [] };
  const lost: string[] = [];
  let [candidate, most, made] = ['', 0, 0];
  const deploy = (environment: string, digest: string) => {
    images.get(digest)?.tags.add(`deployed-${environment}-${digest}`);
    liveIn[environment]?.unshift(digest);
  };
  for (let day = 0; day < 365; day += 1) {
    const pushes = Math.floor(random() * 12);
    for (let n = 0; n < pushes; n += 1) {
      made += 1;
      const digest = `d${made}`;
      const pushedAt = day * DAY + n * 60_000;
      if (random() < 0.05) images.set(digest, { digest, pushedAt, tags: new Set() });
      else {
        const parts = random() < 0.5 ? PLATFORMS.map((platform) => `${digest}-${platform}`) : [];
        for (const part of parts) images.set(part, { digest: part, pushedAt, tags: new Set() });
        images.set(digest, { digest, pushedAt, tags: new Set([digest, `candidate-${digest}`]), names: parts });
        candidate = digest;
        if (random() < 0.8) deploy('staging', digest);
        if (random() < 0.1) deploy('production', digest);
      }
      // A rollback, to any of the last that were live; from there deployments go on.
      const before = [...new Set(liveIn.production)];
      const back = before[1 + Math.floor(random() * Math.min(before.length - 1, FURTHEST))];
      if (random() < 0.005 && back !== undefined) deploy('production', back);
    }
    for (const { digest } of cleanUp(by, [...images.values()], day * DAY + DAY)) images.delete(digest);
    const needed = [candidate, ...Object.values(liveIn).flatMap((live) => [...new Set(live)].slice(0, LAST + 1))];
    for (const digest of needed)
      for (const one of [digest, ...(images.get(digest)?.names ?? [])])
        if (one !== '' && !images.has(one)) lost.push(`${one} on day ${day}`);
    most = Math.max(most, images.size);
  }
  return { images: [...images.values()], lost, most };
}

/** Numbers that are the same each time (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('what ECR expires over a year of pushes', () => {
  test('is nothing that is live, waits, or was live not long before, and the rest', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { lost, most } = year(chance(seed), rules);
        expect(lost).toEqual([]);
        // Two environments and the candidates, each with its platforms, and at most a week and a day of what no tag and no index names.
        const kept = 2 * keptDeployed + keptCandidates;
        expect(most).toBeLessThanOrEqual(kept * (1 + PLATFORMS.length) + 8 * 12 * PLATFORMS.length);
      }),
      { numRuns: 8, seed: 1 },
    );
  });

  test.each([
    ['the rules for what was deployed', (rule: LifecycleRule) => !rule.description.startsWith('was deployed')],
    ['the rule of production', (rule: LifecycleRule) => !rule.description.includes('production')],
  ])('would be what a rollback needs, without %s', (_, stays) => {
    expect(year(chance(1), rules.filter(stays)).lost).not.toEqual([]);
  });

  test('would be a platform of what is live, if ECR went by tags alone', () => {
    const byTags: typeof expiredBy = (by, images, now) =>
      expiredBy(
        by,
        images.map(({ names: _, ...image }) => image),
        now,
      );
    expect(year(chance(1), rules, byTags).lost.some((one) => one.includes('-arm64 '))).toBe(true);
  });
});

test('what was never offered goes after 30 days, what no tag names after 7', () => {
  const built: Image = { digest: 'a', pushedAt: 0, tags: new Set(['a']) };
  const broken: Image = { digest: 'b', pushedAt: 0, tags: new Set() };
  const at = (days: number) => [...expiredBy(rules, [built, broken], days * DAY)].map(({ digest }) => digest);
  expect([at(7), at(8), at(30), at(31)]).toEqual([[], ['b'], ['b'], ['a', 'b']]);
});
