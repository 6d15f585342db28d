import { describe, expect, test } from 'vitest';
import { decideTarget } from '../../lib/target/decide.ts';
import type { TargetContext } from '../../lib/target/draft.ts';
import type { TargetEvent } from '../../lib/target/event.ts';
import { Target } from '../../lib/target/record.ts';
import { events } from './events.ts';
import { effectInWords, inWords } from './in-words.ts';
import { by, commitOf, context, digestOf, imageOf, NOW, offerOf, targets } from './states.ts';
import { table } from './table.ts';

describe.each(Object.entries(targets))('a target that is %s', (state, target) => {
  test.each(Object.entries(events))('%s', (name, event) => {
    const row = table[state]?.[name];
    const decision = decideTarget(target, event, context);
    if (row === undefined) {
      expect(decision).toEqual({ kind: 'ignored', reason: expect.stringMatching(/^[a-z]+(-[a-z]+)*$/) });
      return;
    }
    if (decision.kind === 'ignored') throw new Error(`ignored: ${decision.reason}`);
    expect([
      decision.remark?.what ?? '',
      inWords(decision.record),
      decision.effects.map(effectInWords).join(', '),
    ]).toEqual(row);
    expect(decision.remark?.environment).toBe(decision.remark === undefined ? undefined : 'production');
    expect('by' in event ? decision.remark?.by : undefined).toEqual('by' in event ? event.by : undefined);
    expect(Target.parse(decision.record)).toEqual(decision.record);
  });
});

test('every row of the table names a state and an event that exist', () => {
  expect(Object.keys(table)).toEqual(Object.keys(targets));
  for (const row of Object.values(table).flatMap(Object.keys)) expect(Object.keys(events)).toContain(row);
});

const decide = (state: string, event: TargetEvent, other: Partial<TargetContext> = {}) => {
  const decision = decideTarget(targets[state], event, { ...context, ...other });
  return decision.kind === 'ignored' ? decision.reason : decision.record;
};
const freely = { environment: { ...context.environment, approval: 'none' } } as const;
const named = (name: string): TargetEvent => {
  const event = events[name];
  if (event === undefined) throw new Error(`no event ${name}`);
  return event;
};

describe('the reasons why an approval does not count', () => {
  test.each([
    ['asked', 'approved, another release', 'another-release'],
    ['asked', 'approved, another digest', 'another-release'],
    ['asked', 'approved, another ask', 'another-ask'],
    ['asked', 'approved, while nothing runs', 'target-moved'],
    ['asked', 'approved, too late', 'expired'],
    ['asked, expired', 'approved', 'expired'],
    ['held', 'approved', 'held'],
    ['rolling out', 'approved', 'rollout-in-progress'],
    ['live', 'approved', 'no-candidate'],
    ['looked at for the first time', 'approved', 'not-asked'],
    ['none yet', 'approved', 'nothing-was-offered-yet'],
  ])('%s: %s', (state, name, reason) => {
    expect(decide(state, named(name))).toBe(reason);
  });
});

describe('a rollout', () => {
  test('keeps what was approved, by whom, what ran, what is put back, and where', () => {
    const { cluster, namespace, workloads, create } = context.environment;
    expect(decide('asked', named('approved'))).toMatchObject({
      candidate: null,
      number: 6,
      rollout: {
        ...offerOf('b'),
        number: 6,
        approval: { ask: 2, by, at: NOW },
        running: imageOf('a'),
        previous: { image: imageOf('a'), release: commitOf('a'), digest: digestOf('a') },
        place: { cluster, namespace, workloads, create },
        startedAt: NOW,
        deadline: NOW + 120_000,
      },
    });
  });

  test('is live only after it stayed complete for the stability window', () => {
    const stable = { environment: { ...context.environment, stabilitySeconds: 10 } };
    const first = decideTarget(targets['rolling out'], named('watched: b complete'), { ...context, ...stable });
    if (first.kind !== 'changed') throw new Error(first.reason);
    expect(first.record.rollout?.completeSince).toBe(NOW);
    const later = (now: number, event: TargetEvent) =>
      decideTarget(first.record, event, { ...context, ...stable, now });
    expect(later(NOW + 9_999, named('watched: b complete'))).toMatchObject({
      record: { rollout: { completeSince: NOW } },
    });
    expect(later(NOW + 10_000, named('watched: b complete'))).toMatchObject({
      record: { rollout: null, live: { image: imageOf('b') } },
    });
    const stumbled = later(NOW + 5_000, named('watched: b progresses'));
    expect(stumbled.kind === 'changed' && stumbled.record.rollout).not.toHaveProperty('completeSince');
  });

  test('begins without a question where no approval is needed', () => {
    expect(decide('live', named('offered, newer'), freely)).toMatchObject({
      candidate: null,
      rollout: { image: imageOf('d'), number: 6 },
    });
    expect(decide('looked at for the first time', named('baseline: base runs'), freely)).toMatchObject({
      baseline: 'base',
      number: 8,
      rollout: { number: 8, running: 'base', previous: { image: 'base', approved: 'baseline' } },
    });
  });

  test('of the last environment offers nothing further, and a rollback neither', () => {
    const sent = (state: string, name: string, other: Partial<TargetContext>) => {
      const decision = decideTarget(targets[state], named(name), { ...context, ...other });
      return decision.kind === 'changed' ? decision.effects.filter(({ kind }) => kind === 'send-target') : undefined;
    };
    expect(sent('rolling out', 'watched: b complete', {})).toHaveLength(1);
    expect(sent('rolling out', 'watched: b complete', { nextEnvironment: undefined })).toEqual([]);
    expect(sent('rolling out a rollback', 'watched: a complete', {})).toEqual([]);
  });

  test('that gives way never uses the higher number again', () => {
    expect(decide('rolling out', named('apply gave way'))).toMatchObject({ number: 8 });
  });
});

describe('a rollout of two workloads that found another image', () => {
  const { 'rolling out': rolling } = targets;
  if (!rolling?.rollout) throw new Error('nothing rolls out');
  const [one] = rolling.rollout.place.workloads;
  if (one === undefined) throw new Error('no workload');
  const place = { ...rolling.rollout.place, workloads: [one, { ...one, name: 'worker' }] };
  const stopping = decideTarget(
    { ...rolling, rollout: { ...rolling.rollout, place } },
    named('apply found another image'),
    context,
  );
  const stamped = (image: string) => {
    if (stopping.kind !== 'changed') throw new Error(stopping.reason);
    const decision = decideTarget(
      stopping.record,
      { kind: 'stamped', number: 6, stamped: { image } },
      { ...context, ...freely },
    );
    return decision.kind === 'changed' ? decision.record : undefined;
  };

  test('is held where one of them runs something else than the other, and not begun again for ever', () => {
    expect(stamped(imageOf('a'))).toMatchObject({ rollout: null, held: { number: 2 }, live: { image: imageOf('a') } });
  });

  test('is asked again where the first runs what was found', () => {
    expect(stamped('x')).toMatchObject({ held: null, rollout: { number: 7, running: 'x' } });
  });
});

test('a question shows what runs and how long it is open', () => {
  expect(decide('live', named('offered, newer'))).toMatchObject({
    asks: 3,
    offers: 4,
    offeredUpTo: 4,
    candidate: { ask: { number: 3, running: imageOf('a'), askedAt: NOW, expiresAt: NOW + 3_600_000 } },
  });
});

test('what ran where nobody approved it is never a way to approve it', () => {
  expect(decide('rolling out', named('watched: another image'))).toMatchObject({
    live: { image: 'x', approved: false, order: 0 },
  });
});

test('an offer by hand may be older, and does not lower what was offered', () => {
  expect(decide('live', named('offered by hand'))).toMatchObject({
    offeredUpTo: 2,
    candidate: { byHand: true, order: 1 },
  });
});

test('what may not be read is no baseline: when the hold ends it is looked at again', () => {
  const first = decideTarget(undefined, named('offered, newer'), context);
  if (first.kind !== 'changed') throw new Error('ignored');
  const refused: TargetEvent = { kind: 'baseline-seen', look: { kind: 'refused', reason: 'forbidden' } };
  const held = decideTarget(first.record, refused, context);
  if (held.kind !== 'changed') throw new Error('ignored');
  expect(held.record.baseline).toBeUndefined();
  expect(held.record.held?.reason).toBe('forbidden');
  const free = decideTarget(held.record, { kind: 'unhold', hold: held.record.holds, by }, context);
  if (free.kind !== 'changed') throw new Error('ignored');
  expect(free.effects).toContainEqual({ kind: 'look-cluster' });
});

test('the deadline counts from the apply, not from the approval: a cluster may have been out of reach', () => {
  const rolling = Object.values(targets).find((target) => target?.rollout?.phase === 'rolling-out');
  if (!rolling?.rollout) throw new Error('no such target');
  const late = { ...context, now: rolling.rollout.deadline + 60_000 };
  const event: TargetEvent = {
    kind: 'apply-answered',
    number: rolling.rollout.number,
    answer: { kind: 'applied', takenFrom: [] },
  };
  const applied = decideTarget(rolling, event, late);
  if (applied.kind !== 'changed') throw new Error('ignored');
  expect(applied.record.rollout?.deadline).toBe(late.now + context.environment.rolloutDeadlineSeconds * 1_000);
});

test('where it is not even known what runs after a refused rollback, what was live before stays what is known', () => {
  const back = Object.values(targets).find((target) => target?.rollout?.phase === 'rolling-back');
  if (!back?.rollout) throw new Error('no such target');
  const answer = { kind: 'refused', image: undefined, reason: 'forbidden' } as const;
  const held = decideTarget(back, { kind: 'apply-answered', number: back.rollout.number, answer }, context);
  if (held.kind !== 'changed') throw new Error('ignored');
  expect(held.record.live).toEqual(back.rollout.previous);
});
