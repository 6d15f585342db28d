import { expect, test } from 'vitest';
import type { Carriers } from '../../lib/engine/carry.ts';
import { branchKey, releaseKey } from '../../lib/engine/key.ts';
import type { ReleaseEvent } from '../../lib/release/event.ts';
import { commitOf, pushOf } from '../branch/pushes.ts';
import { DIGEST, IMAGE } from '../release/releases.ts';
import { stage } from './stage.ts';

/** What the build service and the registry say of every commit: built. */
const good: Carriers = {
  'start-build': async ({ attempt }, { record }) =>
    of(record, { kind: 'start-answered', attempt, answer: { kind: 'started', buildId: 'b1' } }),
  'confirm-image': async ({ digest }, { record }) => of(record, { kind: 'registry-answered', digest, image: IMAGE }),
};
function of(record: { kind: string; commit?: string }, event: ReleaseEvent) {
  return { of: 'release' as const, codebase: 'shop', commit: record.commit ?? '', event };
}

test('a first release tells its branch, so that the next is small; the next one tells nothing', async () => {
  const on = stage();
  const { advance } = on.engineWith(good);
  const built = async (commit: string) =>
    advance.release('shop', commit, {
      kind: 'build-observed',
      buildId: 'b1',
      observed: { kind: 'succeeded', digest: DIGEST, commit, finishedAt: on.clock.now, phases: [] },
    });
  await advance.branch('shop', { kind: 'pushed', push: pushOf('0', 'a') });
  expect(on.stored(branchKey('shop')).record).toMatchObject({ cold: { cause: 'first-build' } });
  expect(on.stored(releaseKey('shop', commitOf('a'))).record).toMatchObject({ cold: 'first-build' });

  await built(commitOf('a'));
  expect(on.stored(branchKey('shop')).record).not.toHaveProperty('cold');

  await advance.branch('shop', { kind: 'pushed', push: pushOf('a', 'b', 1_001) });
  expect(on.stored(releaseKey('shop', commitOf('b'))).record).not.toHaveProperty('cold');
  on.steps.length = 0;
  await built(commitOf('b'));
  expect(on.steps.filter((step) => step.includes(' branch'))).toEqual([]);
});
