import { expect, test } from 'vitest';
import type { Cluster } from '../../lib/cluster/cluster.ts';
import { ClusterError } from '../../lib/cluster/cluster-error.ts';
import type { Images } from '../../lib/image/images.ts';
import { targetCarriers } from '../../lib/target/carriers.ts';
import type { TargetEvent } from '../../lib/target/event.ts';
import { aCandidate, ada, aTarget, commitOf, digestOf, imageOf, noon, play } from './play.ts';

const rollingOut = play(aTarget({ candidate: aCandidate }), [
  {
    kind: 'approved',
    shown: {
      release: commitOf('b'),
      digest: digestOf('b'),
      running: imageOf('a'),
      ask: 1,
      expiresAt: noon + 3_600_000,
    },
    by: ada,
  },
  { kind: 'apply-answered', number: 4, answer: { kind: 'applied', takenFrom: [] } },
]).target;

/** The look that is owed, at a cluster that refuses it for good. */
async function refusedLook(): Promise<TargetEvent> {
  const refused = async () => {
    throw new ClusterError('forbidden', 'drover may not list pods: listing the pods of shop needs that right', {
      retryable: false,
    });
  };
  const cluster: Cluster = { look: refused, apply: refused, watch: refused, check: refused, stamp: refused };
  const images: Images = { find: async () => undefined, protect: async () => undefined, reference: () => '' };
  const herd = { codebases: [], byName: () => undefined, byRepository: () => undefined };
  const key = { codebase: 'shop', record: 'target#production' as const };
  const owed = { key, record: rollingOut, now: noon, stillOwed: async () => rollingOut };
  const sent = await targetCarriers({ herd, images, cluster }).watch({ kind: 'watch', number: 4, notBefore: 0 }, owed);
  if (sent?.of !== 'target') throw new Error('nothing came back');
  return sent.event;
}

// An API server that has just started answers 403 until it has read its Roles (kubernetes/kubernetes#121635), and of what may not be
// looked at nobody knows that it failed.
test('a rollout that may not be looked at is told once, after a minute, and goes on as soon as it may be', async () => {
  const event = await refusedLook();
  const why = 'it cannot be seen: drover may not list pods: listing the pods of shop needs that right';
  const early = play(rollingOut, [event]);
  expect(early.effects.map(({ kind }) => kind)).toEqual(['watch']);
  expect(early.remark).toBeUndefined();
  const first = play(early.target, [{ at: noon + 60_000, event }]);
  expect(first.target.rollout).toMatchObject({ phase: 'rolling-out', number: 4 });
  expect(first.remark).toMatchObject({ what: 'blocked', text: why });
  expect(first.effects.map(({ kind }) => kind)).toEqual(['tell', 'watch']);
  // One that is seen in between begins the minute anew.
  const going = { image: imageOf('b'), status: 'progressing' as const, reason: '' };
  const again = play(early.target, [
    { kind: 'watched', number: 4, watched: going },
    { at: noon + 60_000, event },
  ]);
  expect(again.effects.map(({ kind }) => kind)).toEqual(['watch']);
  const second = play(first.target, [{ at: noon + 65_000, event }]);
  expect(second.effects.map(({ kind }) => kind)).toEqual(['watch']);
  const complete = { image: imageOf('b'), status: 'complete' as const, reason: 'new pods: 1 of 1 available' };
  const live = play(second.target, [{ kind: 'watched', number: 4, watched: complete }]);
  expect(live.target).toMatchObject({ rollout: null, live: { image: imageOf('b') } });
});

test('it goes back at its deadline, with the reason', async () => {
  const { target } = play(rollingOut, [{ at: noon + 601_000, event: await refusedLook() }]);
  expect(target.rollout).toMatchObject({
    phase: 'rolling-back',
    reason: expect.stringMatching(/^not complete before its deadline: it cannot be seen: drover may not list pods/),
  });
});
