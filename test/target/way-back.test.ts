import { describe, expect, test } from 'vitest';
import type { Cluster } from '../../lib/cluster/cluster.ts';
import type { Images } from '../../lib/image/images.ts';
import { targetCarriers } from '../../lib/target/carriers.ts';
import type { TargetEvent } from '../../lib/target/event.ts';
import { aCandidate, ada, aTarget, commitOf, digestOf, imageOf, noon, play } from './play.ts';

const approved: TargetEvent = {
  kind: 'approved',
  shown: { release: commitOf('b'), digest: digestOf('b'), running: imageOf('a'), ask: 1, expiresAt: noon + 3_600_000 },
  by: ada,
};
const failed: TargetEvent = {
  kind: 'watched',
  number: 4,
  watched: { image: imageOf('b'), status: 'failed', reason: 'container web keeps crashing' },
};
const back = play(aTarget({ candidate: aCandidate }), [approved, failed]).target;

/** Carries out the apply that is owed, with a registry that has these digests. */
async function applied(digests: string[]) {
  const calls: string[] = [];
  const images: Images = {
    find: async (_, by) => {
      calls.push('find');
      return 'digest' in by && digests.includes(by.digest) ? { digest: by.digest, tags: [] } : undefined;
    },
    protect: async (_codebase, _digest, tag) => void calls.push(`protect ${tag}`),
    reference: () => '',
  };
  const cluster: Cluster = {
    look: async () => ({ kind: 'running', image: imageOf('b'), number: 4 }),
    apply: async (_, { image }) => {
      calls.push(`apply ${image}`);
      return { kind: 'applied', takenFrom: [] };
    },
    check: async () => ({ kind: 'as-approved' }),
    watch: async () => ({ image: null, status: 'progressing', reason: '' }),
    stamp: async () => ({ image: null }),
  };
  const herd = { codebases: [], byName: () => undefined, byRepository: () => undefined };
  const owed = {
    key: { codebase: 'shop', record: 'target#production' as const },
    record: back,
    now: noon,
    stillOwed: async () => back,
  };
  const addressed = await targetCarriers({ herd, images, cluster }).apply({ kind: 'apply', number: 5 }, owed);
  return { calls, event: addressed?.of === 'target' ? addressed.event : undefined };
}

describe('a rollout that failed', () => {
  test('goes back by itself, to what the registry still has, which is kept before it is applied', async () => {
    expect(back.rollout).toMatchObject({ phase: 'rolling-back', number: 5 });
    const { calls } = await applied([digestOf('a')]);
    expect(calls).toEqual(['find', `protect deployed-production-${commitOf('a')}`, `apply ${imageOf('a')}`]);
  });

  test('is held with an alarm where the registry no longer has it, and nothing is applied', async () => {
    const { calls, event } = await applied([]);
    expect(calls).toEqual(['find']);
    if (event === undefined) throw new Error('nothing came back');
    const { target, effects } = play(back, [event]);
    expect(target).toMatchObject({ rollout: null, live: { image: imageOf('b') } });
    expect(target.held?.reason).toBe(`rolling back was refused: the registry of shop no longer has ${imageOf('a')}`);
    expect(effects).toContainEqual(
      expect.objectContaining({ kind: 'tell', message: expect.objectContaining({ kind: 'alarm' }) }),
    );
  });

  test('leaves what somebody else put there since, and says so', () => {
    const other: TargetEvent = {
      kind: 'apply-answered',
      number: 5,
      answer: { kind: 'found-other', image: imageOf('f'), touched: true },
    };
    const { target, remark } = play(back, [other]);
    expect(target).toMatchObject({ rollout: null, live: { image: imageOf('f'), approved: false } });
    expect(remark?.text).toBe(`the image was changed by another hand to ${imageOf('f')}`);
    expect(target.held?.reason).toBe(remark?.text);
  });

  test('is held with an alarm where the way back fails as well, with the last words', () => {
    const { target, remark, effects } = play(back, [
      {
        kind: 'watched',
        number: 5,
        watched: {
          image: imageOf('a'),
          status: 'failed',
          reason: 'container web keeps crashing',
          log: ['no database'],
        },
      },
    ]);
    expect(target.held?.reason).toBe('rolling back failed: container web keeps crashing');
    expect(remark?.detail).toEqual({ log: 'no database' });
    expect(effects).toContainEqual(expect.objectContaining({ kind: 'tell' }));
  });
});
