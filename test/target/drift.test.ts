import { describe, expect, test } from 'vitest';
import type { Difference } from '../../lib/cluster/cluster.ts';
import { minutes } from '../../lib/engine/instant.ts';
import type { TargetEvent } from '../../lib/target/event.ts';
import { aCandidate, ada, aTarget, commitOf, imageOf, noon, play } from './play.ts';

const byHand: Difference = {
  workload: 'Deployment web',
  what: 'image',
  is: imageOf('f'),
  by: ['kubectl-set'],
  at: noon - 1_000,
};
const gone: Difference = {
  workload: 'Deployment web',
  what: 'workload',
  is: 'there is no Deployment web in namespace shop',
  by: [],
};
const noContainer: Difference = {
  ...gone,
  what: 'container',
  is: 'Deployment web in namespace shop has no container web; it has: app',
};
const taken: Difference = { ...byHand, what: 'manager', is: imageOf('a'), by: ['helm'] };

const seen = (difference: Difference, image: string | null, number = 3, asked?: true): TargetEvent => ({
  kind: 'drift-seen',
  number,
  image,
  differences: [difference],
  ...(asked && { asked }),
});
const changed = (number = 3) => seen(byHand, imageOf('f'), number);
const held = { number: 1, reason: 'a freeze', by: ada, at: noon };

describe('drift that is put back', () => {
  test('goes to what was approved, as the next rollout, and says what differed, whose doing it was and when', () => {
    const { target, effects, remark } = play(aTarget(), [changed()]);
    expect(target.rollout).toMatchObject({ kind: 'heal', number: 4, image: imageOf('a'), release: commitOf('a') });
    expect(effects).toContainEqual({ kind: 'apply', number: 4 });
    expect(remark).toMatchObject({
      what: 'drift',
      text: `Deployment web runs ${imageOf('f')}, not ${imageOf('a')} (kubectl-set): put back`,
      release: commitOf('a'),
      detail: {
        approved: imageOf('a'),
        '1.workload': 'Deployment web',
        '1.field': 'image',
        '1.is': imageOf('f'),
        '1.by': 'kubectl-set',
        '1.at': '2026-11-23T11:59:59.000Z',
      },
    });
  });

  test('goes to what was approved even while a newer candidate waits, which is asked for anew afterwards', () => {
    const healing = play(aTarget({ candidate: aCandidate }), [changed()]).target;
    expect(healing.rollout?.image).toBe(imageOf('a'));
    expect(healing.candidate).toMatchObject({ release: commitOf('b'), ask: null });
    const { target, effects } = play(healing, [
      { kind: 'watched', number: 4, watched: { image: imageOf('a'), status: 'complete', reason: '' } },
    ]);
    expect(target).toMatchObject({ rollout: null, live: { image: imageOf('a'), since: noon } });
    expect(target.candidate?.ask).toMatchObject({ number: 2, running: imageOf('a') });
    expect(effects.map(({ kind }) => kind)).toContain('tell');
  });

  test('makes a workload that is gone only where drover makes workloads', () => {
    expect(play(aTarget(), [seen(gone, null)], { create: true }).target.rollout).toMatchObject({ kind: 'heal' });
    const { target, effects, remark } = play(aTarget(), [seen(gone, null)]);
    expect(target.rollout).toBeNull();
    expect(remark?.text).toBe('there is no Deployment web in namespace shop');
    expect(effects).toEqual([
      { kind: 'tell', message: { kind: 'alarm', environment: 'production', reason: remark?.text } },
    ]);
  });

  test.each([
    ['a container that is missing', seen(noContainer, null)],
    ['another manager of the same image', seen(taken, imageOf('a'))],
  ])('is told only, where drover cannot mend it: %s', (_, event) => {
    const { target, effects } = play(aTarget(), [event]);
    expect(target.rollout).toBeNull();
    expect(target.drift).toMatchObject({ since: noon });
    expect(effects.map(({ kind }) => kind)).toEqual(['tell']);
  });

  test.each([
    ['in a hold', aTarget({ held }), changed()],
    ['against a rollout', play(aTarget(), [changed()]).target, changed(4)],
    ['after a decision that the look did not know', aTarget({ number: 4 }), changed()],
    [
      'where nobody approved what ran',
      aTarget({ live: { image: 'x', order: 0, approved: false, since: 0 } }),
      changed(),
    ],
    ['where nothing is live', aTarget({ live: null }), changed()],
  ])('never happens %s', (_, target, event) => {
    expect(play(target, [event]).decision.kind).toBe('ignored');
  });

  test('is given up with a hold when it has failed: there is nothing else to roll back to', () => {
    const healing = play(aTarget(), [changed()]).target;
    const refused = { kind: 'refused' as const, image: imageOf('f'), reason: 'the registry no longer has it' };
    const stopping = play(healing, [{ kind: 'apply-answered', number: 4, answer: refused }]);
    expect(stopping.effects).toContainEqual({ kind: 'stamp', number: 5 });
    const { target, effects } = play(stopping.target, [
      { kind: 'stamped', number: 5, stamped: { image: imageOf('f') } },
    ]);
    expect(target).toMatchObject({ rollout: null, held: { reason: 'the registry no longer has it' } });
    expect(target.live).toMatchObject({ image: imageOf('f'), approved: false });
    expect(effects).toContainEqual(expect.objectContaining({ kind: 'tell' }));
  });
});

describe('two controllers that fight', () => {
  /** Put back, and live again. */
  const round = (number: number, at: number): { at: number; event: TargetEvent }[] => [
    { at, event: changed(number) },
    {
      at,
      event: {
        kind: 'watched',
        number: number + 1,
        watched: { image: imageOf('a'), status: 'complete', reason: '' },
      },
    },
  ];

  test('are seen after three times, and a person decides', () => {
    const three = [...round(3, noon), ...round(4, noon + minutes(5)), ...round(5, noon + minutes(10))];
    const { target, effects, remark } = play(aTarget(), [...three, { at: noon + minutes(15), event: changed(6) }]);
    expect(target.rollout).toBeNull();
    expect(target.held?.reason).toMatch(/kubectl-set.*put back 3 times within an hour/);
    expect(target.live?.image).toBe(imageOf('a'));
    expect(remark?.what).toBe('held');
    expect(effects).toContainEqual(
      expect.objectContaining({ kind: 'tell', message: expect.objectContaining({ kind: 'alarm' }) }),
    );
    expect(play(target, [changed(6)]).decision.kind).toBe('ignored');
    const unheld = play(target, [{ kind: 'unhold', hold: 1, by: ada }, changed(6)]);
    expect(unheld.target.rollout).toMatchObject({ kind: 'heal', number: 7 });
  });

  test('are not seen in what happens over hours', () => {
    const slow = [0, 31, 62, 93, 124].flatMap((later, n) => round(3 + n, noon + minutes(later)));
    expect(play(aTarget(), slow).target).toMatchObject({ held: null, rollout: null, number: 8 });
  });

  test('count also where the other is faster than the rollout', () => {
    const undone = (number: number): TargetEvent[] => [
      changed(number),
      {
        kind: 'watched',
        number: number + 1,
        watched: { image: imageOf('f'), status: 'progressing', reason: '' },
      },
    ];
    const { target } = play(aTarget(), [...undone(3), ...undone(4), ...undone(5)]);
    expect(target).toMatchObject({
      rollout: null,
      held: null,
      number: 6,
      live: { image: imageOf('a'), approved: true },
    });
    expect(play(target, [changed(6)]).target.held).not.toBeNull();
  });
});

describe('drift that is reported', () => {
  const drift = 'report';

  test('is told once, and again when it is another', () => {
    const once = play(aTarget(), [changed()], { drift });
    expect(once.target).toMatchObject({ rollout: null, held: null, drift: { since: noon } });
    expect(once.effects.map(({ kind }) => kind)).toEqual(['tell']);
    const later = { ...byHand, at: noon + 1 };
    expect(play(once.target, [seen(later, imageOf('f'))], { drift }).decision).toEqual({
      kind: 'ignored',
      reason: 'told-already',
    });
    const other = { ...byHand, is: imageOf('e') };
    expect(play(once.target, [seen(other, imageOf('e'))], { drift }).effects).toHaveLength(1);
  });

  test('is over when what was approved runs again', () => {
    const { target, remark } = play(aTarget(), [changed(), { kind: 'as-approved', number: 3 }], { drift });
    expect(target.drift).toBeUndefined();
    expect(remark).toMatchObject({ what: 'as-approved', text: `${imageOf('a')} runs, as approved` });
    expect(play(target, [{ kind: 'as-approved', number: 3 }]).decision.kind).toBe('ignored');
  });

  test('is also told where what runs may not be looked at', () => {
    const refused: TargetEvent = { kind: 'check-refused', number: 3, reason: 'drover may not get deployments' };
    const { target, effects } = play(aTarget(), [refused]);
    expect(target.drift?.text).toBe('what runs cannot be looked at: drover may not get deployments');
    expect(effects).toHaveLength(1);
    expect(play(target, [refused]).decision.kind).toBe('ignored');
  });
});

describe('a look that a person asks for', () => {
  test('is owed, and tells what it saw whatever it is', () => {
    expect(play(aTarget(), [{ kind: 'check', by: ada }])).toMatchObject({
      effects: [{ kind: 'check' }],
      remark: { what: 'check-asked', by: ada },
    });
    expect(play(aTarget(), [{ kind: 'as-approved', number: 3, asked: true }]).remark?.what).toBe('as-approved');
    const inHold = play(aTarget({ held }), [seen(byHand, imageOf('f'), 3, true)]);
    expect(inHold.target.rollout).toBeNull();
    expect(inHold.remark?.text).toMatch(/left as it is, since the target is held/);
  });

  test.each([
    ['while something rolls out', play(aTarget(), [changed()]).target, 'rollout-in-progress'],
    ['where nothing is live', aTarget({ live: null }), 'nothing-is-live'],
  ])('is refused %s', (_, target, reason) => {
    expect(play(target, [{ kind: 'check', by: ada }]).decision).toEqual({ kind: 'ignored', reason });
  });
});
