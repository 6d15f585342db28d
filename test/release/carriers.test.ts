import { describe, expect, test, vi } from 'vitest';
import type { Builds } from '../../lib/build/builds.ts';
import { releaseKey } from '../../lib/engine/key.ts';
import { releaseCarriers, startCarrier } from '../../lib/release/carriers.ts';
import { shopHerd } from '../engine/shop.ts';
import { BUILD, COMMIT, DIGEST, IMAGE, NOW, releases } from './releases.ts';

const key = releaseKey('shop', COMMIT);
const owedBy = (state: string) => {
  const record = releases[state];
  if (record === undefined) throw new Error(`no release is ${state}`);
  return { key, record, now: NOW, stillOwed: async () => record };
};
const start = vi.fn(async (..._asked: Parameters<Builds['start']>) => ({ kind: 'started' as const, buildId: BUILD }));
const find = vi.fn(async (_codebase: string, _by: { tag: string } | { digest: string }) => ({
  digest: DIGEST,
  tags: [COMMIT],
}));
const carriers = releaseCarriers({
  herd: shopHerd(),
  builds: { start, look: async () => ({ kind: 'running', phase: 'BUILD' }) },
  images: { find, protect: async () => {}, reference: () => IMAGE },
});

describe('what a release owes', () => {
  test('its build is started while it waits for this attempt', async () => {
    const answer = await carriers['start-build']({ kind: 'start-build', attempt: 1 }, owedBy('queued'));
    expect(answer).toMatchObject({ of: 'release', commit: COMMIT, event: { kind: 'start-answered', attempt: 1 } });
    expect(start).toHaveBeenCalledTimes(1);
  });

  test('for the machine that its record says, where the herd leaves it to the rule', async () => {
    const { record, ...owed } = owedBy('queued');
    if (record.kind !== 'release') throw new Error('no release');
    const machine = { size: 'large', why: 'the lockfile changed' };
    for (const [compute, asked] of [
      ['auto', 'large'],
      ['medium', undefined],
    ] as const) {
      const herd = { ...shopHerd(), byName: () => shopHerd().codebases.map((shop) => ({ ...shop, compute }))[0] };
      const onIt = startCarrier({ herd, builds: { start } });
      start.mockClear();
      await onIt['start-build']({ kind: 'start-build', attempt: 1 }, { ...owed, record: { ...record, machine } });
      expect(start).toHaveBeenCalledWith(expect.objectContaining({ name: 'shop' }), COMMIT, 1, asked);
    }
  });

  test.each(['superseded', 'building', 'failed', 'built'])(
    'no build is started for one that is %s by now',
    async (state) => {
      start.mockClear();
      expect(await carriers['start-build']({ kind: 'start-build', attempt: 1 }, owedBy(state))).toBeUndefined();
      expect(await carriers['seek-image']({ kind: 'seek-image', attempt: 1 }, owedBy(state))).toBeUndefined();
      expect(start).not.toHaveBeenCalled();
    },
  );

  test('nor for an attempt that is over', async () => {
    expect(await carriers['start-build']({ kind: 'start-build', attempt: 2 }, owedBy('queued'))).toBeUndefined();
    expect(start).not.toHaveBeenCalled();
  });

  test('the digest is confirmed under the commit as tag', async () => {
    const confirm = () => carriers['confirm-image']({ kind: 'confirm-image', digest: DIGEST }, owedBy('confirming'));
    expect(await confirm()).toMatchObject({ event: { kind: 'registry-answered', digest: DIGEST, image: IMAGE } });
    find.mockResolvedValueOnce({ digest: DIGEST, tags: ['another'] });
    expect(await confirm()).toMatchObject({
      event: { image: undefined, reason: expect.stringContaining('not tagged') },
    });
  });
});
