import { describe, expect, test } from 'vitest';
import type { Watched } from '../../lib/cluster/cluster.ts';
import { seconds } from '../../lib/engine/instant.ts';
import type { TargetEvent } from '../../lib/target/event.ts';
import { aCandidate, ada, aTarget, commitOf, digestOf, imageOf, noon, play } from './play.ts';

const stabilitySeconds = 60;
const approved: TargetEvent = {
  kind: 'approved',
  shown: { release: commitOf('b'), digest: digestOf('b'), running: imageOf('a'), ask: 1, expiresAt: noon + 3_600_000 },
  by: ada,
};
const { target: rolling } = play(aTarget({ candidate: aCandidate }), [approved]);
const seen = (at: number, watched: Partial<Watched> = {}) => ({
  at: noon + seconds(at),
  event: {
    kind: 'watched' as const,
    number: 4,
    watched: { image: imageOf('b'), status: 'complete' as const, reason: '2 of 2', restarts: 0, ...watched },
  },
});
const watch = (...all: ReturnType<typeof seen>[]) => play(rolling, all, { stabilitySeconds });

describe('the window in which a complete rollout must be stable', () => {
  test('ends with it live', () => {
    expect(watch(seen(0), seen(59)).target.rollout?.phase).toBe('rolling-out');
    expect(watch(seen(0), seen(60)).target).toMatchObject({ rollout: null, live: { release: commitOf('b') } });
  });

  test('begins anew with a restart, and the record says so', () => {
    const { target, remark } = watch(seen(0), seen(50, { restarts: 1 }));
    expect(target.rollout).toMatchObject({ completeSince: noon + seconds(50), restarts: 1 });
    expect(remark).toMatchObject({
      what: 'unstable',
      text: 'a container of the new pods restarted (1): the 60 s in which it must be stable begin anew',
      release: commitOf('b'),
    });
    const after = [seen(0), seen(50, { restarts: 1 }), seen(109, { restarts: 1 })];
    expect(watch(...after).target.rollout?.phase).toBe('rolling-out');
    expect(watch(...after, seen(110, { restarts: 1 })).target.rollout).toBeNull();
  });

  test('does not count restarts from before it was complete', () => {
    expect(watch(seen(0, { restarts: 2 }), seen(60, { restarts: 2 })).target.rollout).toBeNull();
  });

  test('counts from the replaced pods no more once they are gone', () => {
    const { target } = watch(seen(0, { restarts: 2 }), seen(30, { restarts: 0 }), seen(40, { restarts: 1 }));
    expect(target.rollout?.completeSince).toBe(noon + seconds(40));
  });

  test('begins anew when a pod is not ready any more', () => {
    const { target, remark } = watch(
      seen(0),
      seen(30, { status: 'progressing', reason: 'waiting for new pods: 1 of 2 available' }),
    );
    expect(target.rollout?.completeSince).toBeUndefined();
    expect(remark?.text).toMatch(/^waiting for new pods: 1 of 2 available: the 60 s/);
  });

  test('fails at once with what the cluster holds for a crash loop, with its last words', () => {
    const { target, remark } = watch(
      seen(0),
      seen(30, { status: 'failed', reason: 'container web keeps crashing', log: ['starting', 'boom'] }),
    );
    expect(target.rollout).toMatchObject({ phase: 'rolling-back', reason: 'container web keeps crashing' });
    expect(remark?.detail).toEqual({ log: 'starting\nboom' });
  });

  test('does not begin anew for ever: the deadline ends it', () => {
    const { target } = watch(seen(0), seen(601, { restarts: 1 }));
    expect(target.rollout).toMatchObject({
      phase: 'rolling-back',
      reason: 'not stable before its deadline: a container of the new pods restarted (1)',
    });
  });
});

describe('the next look', () => {
  const next = (...all: ReturnType<typeof seen>[]) => {
    const { effects } = watch(...all);
    const [look] = effects.flatMap((effect) => (effect.kind === 'watch' ? [effect.notBefore - noon] : []));
    return (look ?? Number.NaN) / 1_000;
  };
  const waits = { status: 'progressing', reason: 'waiting' } as const;

  test('at a rollout that takes long comes later', () => {
    expect(next(seen(0, waits))).toBe(5);
    expect(next(seen(60, waits))).toBe(70);
    expect(next(seen(300, waits))).toBe(315);
  });

  test('within the window comes six times, and the last one when it ends, not a step later', () => {
    expect(next(seen(2))).toBe(12);
    expect(next(seen(2), seen(12))).toBe(22);
    expect(next(seen(2), seen(57))).toBe(62);
  });
});

describe('what only a person’s hand makes go on', () => {
  const paused = { status: 'progressing', blocked: 'paused', reason: 'web is paused, so nothing moves' } as const;
  const asleep = { status: 'progressing', blocked: 'no-pods', reason: 'web is scaled to zero' } as const;

  test('is said and told once, and the deadline holds', () => {
    const first = watch(seen(0, paused));
    expect(first.remark).toMatchObject({ what: 'blocked', text: paused.reason, release: commitOf('b') });
    expect(first.effects).toContainEqual({
      kind: 'tell',
      message: { kind: 'alarm', environment: 'production', reason: paused.reason },
    });
    const second = watch(seen(0, paused), seen(10, paused));
    expect(second.remark).toBeUndefined();
    expect(second.effects.map(({ kind }) => kind)).toEqual(['watch']);
    expect(watch(seen(0, paused), seen(601, paused)).target.rollout).toMatchObject({
      phase: 'rolling-back',
      reason: `not complete before its deadline: ${paused.reason}`,
    });
  });

  test('is said of the way back anew', () => {
    const back = watch(seen(0, paused), seen(601, paused)).target;
    expect(back.rollout?.blocked).toBeUndefined();
    const watched = { image: imageOf('a'), ...paused, restarts: 0 };
    const { remark } = play(back, [{ at: noon + seconds(602), event: { kind: 'watched', number: 5, watched } }]);
    expect(remark?.what).toBe('blocked');
  });

  test('a way back to where no pod is wanted is complete: what was live needs no showing', () => {
    const back = watch(seen(0, asleep), seen(601, asleep)).target;
    const watched = { image: imageOf('a'), ...asleep, restarts: 0 };
    const { target } = play(back, [{ at: noon + seconds(602), event: { kind: 'watched', number: 5, watched } }]);
    expect(target).toMatchObject({ rollout: null, held: null, live: { image: imageOf('a') } });
  });

  test('nor does what was approved, when it is put back', () => {
    const seenOther = { kind: 'drift-seen' as const, number: 3, image: imageOf('f'), differences: [] };
    const { target: healing } = play(aTarget(), [seenOther]);
    const watched = { image: imageOf('a'), ...asleep, restarts: 0 };
    const { target } = play(healing, [{ kind: 'watched', number: 4, watched }]);
    expect(target).toMatchObject({ rollout: null, held: null, live: { image: imageOf('a') } });
  });
});

test('the entry of what is live names the pods that run it', () => {
  const pods = {
    count: 21,
    first: [
      { name: 'web-1', isImage: true, restarts: 0, since: noon },
      { name: 'web-2', isImage: false, restarts: 1 },
    ],
  };
  const { remark } = play(rolling, [seen(0, { pods })], { stabilitySeconds: 0 });
  expect(remark?.detail).toEqual({
    number: 4,
    kind: 'release',
    pods: 21,
    'pod.1': 'web-1 since 2026-11-23T12:00:00.000Z, 0 restarts, runs the digest',
    'pod.2': 'web-2, 1 restart, its node does not tell this digest',
    replaced: commitOf('a'),
    'replaced.from': '2026-11-23T12:00:00.000Z',
    'replaced.until': '2026-11-23T12:00:00.000Z',
  });
});
