// Over 150 lines: the loop is one idea, and each of its rules is one short test here.
import { describe, expect, test, vi } from 'vitest';
import type { Carriers } from '../../lib/engine/carry.ts';
import { branchKey, releaseKey, targetKey } from '../../lib/engine/key.ts';
import type { Stored } from '../../lib/engine/stored.ts';
import { Failure } from '../../lib/lambda/failure.ts';
import type { ReleaseEvent } from '../../lib/release/event.ts';
import type { Target } from '../../lib/target/record.ts';
import { pushOf } from '../branch/pushes.ts';
import { commitOf, digestOf, imageOf, offerOf, targets } from '../target/states.ts';
import { LEASE, LOOK, type Stage, stage, WATCH } from './stage.ts';

const a = commitOf('a');
const push = pushOf('0', 'a');
const shop = branchKey('shop');
const releaseA = releaseKey('shop', a);
const production = targetKey('shop', 'production');
const by = { name: 'ann', how: 'claimed-on-link' } as const;
const started: ReleaseEvent = { kind: 'start-answered', attempt: 1, answer: { kind: 'started', buildId: 'b1' } };
const starts: Carriers = {
  'start-build': async () => ({ of: 'release', codebase: 'shop', commit: a, event: started }),
};
const outage = async () => {
  throw new Error('no answer');
};

/** A target in the store as it is in the table's test, asked and with nothing owed. */
async function isAsked({ store, clock }: Stage, changes: Partial<Stored> = {}): Promise<void> {
  const { asked } = targets;
  if (asked?.candidate?.ask == null) throw new Error('not asked');
  const ask = { ...asked.candidate.ask, askedAt: clock.now, expiresAt: clock.now + 3_600_000 };
  const record: Target = { ...asked, candidate: { ...asked.candidate, ask } };
  await store.write(production, { version: 1, wake: 4, record, pending: [], ...changes }, 0);
}
const shown = {
  release: commitOf('b'),
  digest: digestOf('b'),
  running: imageOf('a'),
  ask: 2,
  expiresAt: Number.POSITIVE_INFINITY,
};
const approved = { kind: 'approved', shown, by } as const;

describe('the four steps', () => {
  test('read, write with what is owed, carry out, take off', async () => {
    const { engineWith, steps, pending, stored } = stage();
    const outcome = await engineWith(starts).advance.branch('shop', { kind: 'pushed', push });
    expect(outcome).toMatchObject({ kind: 'written', version: 1, record: { kind: 'branch', commit: a } });
    expect(steps).toEqual([
      'read branch',
      'write branch 1 [write-entry, send-release]',
      'entry branch 1',
      `read release#${a}`,
      `write release#${a} 1 [write-entry, start-build]`,
      `entry release#${a} 1`,
      `write release#${a} 2 [write-entry, look-build]`,
      `entry release#${a} 2`,
      `write release#${a} 3 [look-build]`,
      'write branch 2 []',
    ]);
    expect(stored(releaseA).record).toMatchObject({ state: 'building', build: { id: 'b1' } });
    expect(pending(shop)).toEqual([]);
  });

  test('a crash after the write leaves a record that says what is owed, its writer’s alone until the lease is over', async () => {
    const on = stage();
    const never = new Promise<never>(() => {});
    void on.engineWith({ 'start-build': () => never }).advance.branch('shop', { kind: 'pushed', push });
    await vi.waitFor(() => expect(on.steps.at(-1)).toBe(`entry release#${a} 1`));
    expect(on.pending(releaseA)).toMatchObject([
      { effect: { kind: 'write-entry' } },
      { effect: { kind: 'start-build' }, leaseUntil: on.clock.now + LEASE },
    ]);
    const { woken } = on.engineWith(starts);
    await woken({ key: releaseA });
    expect(on.stored(releaseA).version).toBe(1);
    on.clock.now += LEASE;
    await woken({ key: releaseA });
    expect(on.stored(releaseA).record).toMatchObject({ state: 'building' });
  });

  test('a lost race is read again and decided again', async () => {
    const on = stage();
    let isFirst = true;
    const { advance } = on.engineWith(starts, {
      write: async (key, stored, expected) => {
        if (isFirst) {
          isFirst = false;
          await on.engineWith(starts).advance.branch('shop', { kind: 'pushed', push });
        }
        return on.store.write(key, stored, expected);
      },
    });
    expect(await advance.branch('shop', { kind: 'pushed', push })).toMatchObject({
      kind: 'ignored',
      reason: 'push-known',
    });
    expect(on.stored(releaseA).record).toMatchObject({ attempt: 1 });
  });

  test('fifty lost races are an error that can be tried again', async () => {
    const { advance } = stage().engineWith({}, { write: async () => false });
    await expect(advance.branch('shop', { kind: 'pushed', push })).rejects.toMatchObject({
      code: 'contended',
      retryable: true,
    });
  });

  test('an ignored event writes nothing', async () => {
    const on = stage();
    const outcome = await on.engineWith({}).advance.target('shop', 'production', { kind: 'unhold', hold: 1, by });
    expect(outcome).toEqual({ kind: 'ignored', reason: 'not-held', record: undefined });
    expect(on.steps).toEqual(['read target#production']);
  });

  test('the result of an effect that has ended is dropped', async () => {
    const on = stage();
    const { advance } = on.engineWith({
      'start-build': async () => {
        const { version, ...rest } = on.stored(releaseA);
        await on.store.write(releaseA, { ...rest, version: version + 1, pending: [] }, version);
        return { of: 'release', codebase: 'shop', commit: a, event: started };
      },
    });
    await advance.branch('shop', { kind: 'pushed', push });
    expect(on.stored(releaseA)).toMatchObject({ version: 2, record: { state: 'queued' } });
  });

  test('an executor is told what it owes, and can ask once more', async () => {
    const on = stage();
    const asked: unknown[] = [];
    const { advance } = on.engineWith({
      'start-build': async (effect, { key, record, now, stillOwed }) => {
        asked.push(effect.attempt, key.record, record.kind, now, (await stillOwed())?.kind);
        const { version, ...rest } = on.stored(releaseA);
        await on.store.write(releaseA, { ...rest, version: version + 1, pending: [] }, version);
        asked.push(await stillOwed());
        return undefined;
      },
    });
    await advance.branch('shop', { kind: 'pushed', push });
    expect(asked).toEqual([1, `release#${a}`, 'release', on.clock.now, 'release', undefined]);
  });
});

describe('wakes', () => {
  test('what the writer may not carry out is due at once, and somebody is woken', async () => {
    const on = stage();
    await isAsked(on);
    await on.engineWith({}).advance.target('shop', 'production', approved);
    expect(on.wakes).toEqual([{ key: production, number: 5, delay: 0 }]);
    expect(on.pending(production)).toMatchObject([{ effect: { kind: 'apply', number: 6 }, leaseUntil: on.clock.now }]);
    const apply = vi.fn(async () => undefined);
    await on.engineWith({ apply }).woken({ key: production, number: 5 });
    expect(apply).toHaveBeenCalledTimes(1);
    expect(on.pending(production)).toEqual([]);
  });

  test('what comes later wakes with its delay, and is not carried out before', async () => {
    const on = stage();
    const look = vi.fn(async () => undefined);
    const { advance, woken } = on.engineWith({ ...starts, 'look-build': look });
    await advance.branch('shop', { kind: 'pushed', push });
    expect(on.wakes).toEqual([{ key: releaseA, number: 1, delay: LOOK }]);
    await woken({ key: releaseA, number: 1 });
    expect(look).not.toHaveBeenCalled();
    on.clock.now += LOOK;
    await woken({ key: releaseA, number: 1 });
    expect(look).toHaveBeenCalledTimes(1);
  });

  test('a wake with another number ends after one read', async () => {
    const on = stage();
    await isAsked(on);
    await on.engineWith({}).advance.target('shop', 'production', approved);
    on.steps.length = 0;
    const apply = vi.fn(async () => undefined);
    for (const number of [3, 4, 6]) await on.engineWith({ apply }).woken({ key: production, number });
    expect(on.steps).toEqual(['read target#production', 'read target#production', 'read target#production']);
    expect(apply).not.toHaveBeenCalled();
  });

  test('the sweep’s wake, without a number, acts only on what is due', async () => {
    const on = stage();
    const look = vi.fn(async () => undefined);
    const { advance, woken } = on.engineWith({ ...starts, 'look-build': look });
    await advance.branch('shop', { kind: 'pushed', push });
    on.clock.now += LOOK - 1;
    await woken({ key: releaseA });
    expect(look).not.toHaveBeenCalled();
    on.clock.now += 1;
    await woken({ key: releaseA });
    expect(look).toHaveBeenCalledTimes(1);
  });

  test('when the number moves on, what waits is woken for anew', async () => {
    const on = stage();
    await isAsked(on);
    const watch = {
      id: '1.0',
      effect: { kind: 'watch' as const, number: 5, notBefore: on.clock.now + WATCH },
      notBefore: on.clock.now + WATCH,
      leaseUntil: on.clock.now + WATCH,
      tries: 0,
    };
    const { version, ...rest } = on.stored(production);
    await on.store.write(production, { ...rest, version: version + 1, pending: [watch] }, version);
    await on.engineWith({}).advance.target('shop', 'production', approved);
    expect(on.wakes.map(({ number, delay }) => [number, delay]).toSorted()).toEqual([
      [5, 0],
      [5, WATCH],
    ]);
  });

  test('but not for what another executor is carrying out', async () => {
    const on = stage();
    const underLease = {
      id: '1.0',
      effect: { kind: 'stamp' as const, number: 5 },
      leaseUntil: on.clock.now + LEASE,
      tries: 0,
    };
    await isAsked(on, { pending: [underLease] });
    await on.engineWith({}).advance.target('shop', 'production', approved);
    expect(on.wakes).toEqual([{ key: production, number: 5, delay: 0 }]);
  });

  test('a wake that cannot be sent undoes no decision: the sweep finds what is due', async () => {
    const on = stage();
    await isAsked(on);
    const outcome = await on.engineWith({}, {}, outage).advance.target('shop', 'production', approved);
    expect(outcome.kind).toBe('written');
    expect(on.reports).toEqual(['target#production: not woken']);
    expect(await on.store.due(on.clock.now, 10)).toMatchObject([{ key: production }]);
  });

  test('nobody is woken for longer than a message can wait', async () => {
    const on = stage();
    const refused: ReleaseEvent = {
      kind: 'start-answered',
      attempt: 1,
      answer: { kind: 'refused', permanent: false, reason: 'full' },
    };
    const full: Carriers = {
      'start-build': async () => ({ of: 'release', codebase: 'shop', commit: a, event: refused }),
    };
    await on.engineWith(full).advance.branch('shop', { kind: 'pushed', push });
    for (const { delay } of on.wakes) expect(delay).toBeLessThanOrEqual(15 * 60_000);
    expect(on.wakes).toHaveLength(1);
  });

  test('a question that nobody answered expires by the sweep', async () => {
    const on = stage();
    await isAsked(on);
    const { woken } = on.engineWith({});
    await woken({ key: production });
    expect(on.stored(production).version).toBe(1);
    on.clock.now += 3_600_000;
    await woken({ key: production });
    expect(on.stored(production).record).toMatchObject({ candidate: null });
  });

  test('nothing happens for a record that is not there', async () => {
    const on = stage();
    await on.engineWith({}).woken({ key: production });
    expect(on.steps).toEqual(['read target#production']);
  });
});

describe('failures', () => {
  test('what is owed is tried again for ever, less and less often', async () => {
    const on = stage();
    const { advance, woken } = on.engineWith({ 'start-build': outage });
    await advance.branch('shop', { kind: 'pushed', push });
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      const [item] = on.pending(releaseA);
      if (item === undefined) throw new Error('given up');
      waits.push((item.leaseUntil - on.clock.now) / 1_000);
      expect(on.wakes).toContainEqual({
        key: releaseA,
        number: on.stored(releaseA).wake,
        delay: item.leaseUntil - on.clock.now,
      });
      on.clock.now = item.leaseUntil;
      await woken({ key: releaseA, number: on.stored(releaseA).wake });
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]);
    expect(on.reports.at(-1)).toBe(`release#${a}: start-build failed 13`);
  });

  test('what fails for half an hour is said once, in the history and to a person, and is tried on', async () => {
    const on = stage();
    const told: string[] = [];
    const { advance, woken } = on.engineWith({
      'start-build': outage,
      tell: async ({ message }) => void told.push(message.kind),
    });
    await advance.branch('shop', { kind: 'pushed', push });
    for (let i = 0; i < 20; i++) {
      on.clock.now = Math.max(...on.pending(releaseA).map(({ leaseUntil }) => leaseUntil));
      await woken({ key: releaseA, number: on.stored(releaseA).wake });
      await woken({ key: releaseA });
    }
    expect(told).toEqual(['failing']);
    const said = [...on.store.entries.values()].filter(({ what }) => what === 'failing');
    expect(said.map(({ text }) => text)).toEqual([expect.stringContaining('start-build has failed for half an hour')]);
    expect(on.pending(releaseA).map(({ effect }) => effect.kind)).toEqual(['start-build']);
  });

  test('the other side’s own word for when to come back is heeded', async () => {
    const on = stage();
    const { advance } = on.engineWith({
      'start-build': async () => {
        throw new Failure('limit', 'later', { retryable: true, retryAfter: 3_600_000 });
      },
    });
    await advance.branch('shop', { kind: 'pushed', push });
    expect(on.pending(releaseA)[0]?.leaseUntil).toBe(on.clock.now + 3_600_000);
  });

  test('telling is given up after five tries: an entry says so, and somebody hears of it', async () => {
    const on = stage();
    await isAsked(on, { pending: [] });
    const { version, ...rest } = on.stored(production);
    const tell = {
      id: '2.0',
      effect: { kind: 'tell' as const, message: { kind: 'live' as const, environment: 'production', release: a } },
      leaseUntil: on.clock.now,
      tries: 0,
    };
    await on.store.write(production, { ...rest, version: version + 1, pending: [tell] }, version);
    const { woken } = on.engineWith({ tell: outage });
    for (let i = 0; i < 8; i++) {
      await woken({ key: production });
      on.clock.now += 60_000;
    }
    expect(on.reports).toEqual([
      ...[1, 2, 3, 4, 5].map((n) => `target#production: tell failed ${n}`),
      'target#production: not told',
    ]);
    expect(on.pending(production)).toEqual([]);
    expect([...on.store.entries.values()]).toMatchObject([{ what: 'not-told', record: 'target#production' }]);
  });

  test('one that fails never blocks another', async () => {
    const on = stage();
    const items = [
      { kind: 'look-cluster' as const },
      { kind: 'stamp' as const, number: 5 },
      { kind: 'apply' as const, number: 5 },
    ];
    const pending = items.map((effect, i) => ({ id: `1.${i}`, effect, leaseUntil: on.clock.now, tries: 0 }));
    await isAsked(on, { pending });
    const done: string[] = [];
    const stamp = async () => {
      done.push('stamp');
      return undefined;
    };
    await on.engineWith({ 'look-cluster': outage, stamp, apply: outage }).woken({ key: production });
    expect(done).toEqual(['stamp']);
    expect(on.pending(production).map(({ effect, tries }) => `${effect.kind} ${tries}`)).toEqual([
      'look-cluster 1',
      'apply 1',
    ]);
  });

  test('an event that comes again goes on with what was left', async () => {
    const on = stage();
    const failing = on.engineWith(starts, { putEntry: outage });
    await failing.advance.branch('shop', { kind: 'pushed', push });
    expect(on.pending(shop).map(({ effect }) => effect.kind)).toEqual(['write-entry']);
    on.clock.now += 2_000;
    const again = await on.engineWith(starts).advance.branch('shop', { kind: 'pushed', push });
    expect(again).toMatchObject({ kind: 'ignored', reason: 'push-known' });
    expect(on.pending(shop)).toEqual([]);
    expect([...on.store.entries.keys()]).toContain('shop/branch@1');
  });

  test('two records that owe each other what was left do not resume one another for ever', async () => {
    const on = stage();
    const { built } = { built: { kind: 'offered' as const, offer: offerOf('b') } };
    await isAsked(on, {
      pending: [
        {
          id: '1.0',
          effect: { kind: 'send-release', commit: a, event: { kind: 'newer-push', order: 0 } },
          leaseUntil: 0,
          tries: 0,
        },
      ],
    });
    await on.engineWith({}).advance.branch('shop', { kind: 'pushed', push });
    const { version, ...rest } = on.stored(releaseA);
    const owed = [
      {
        id: `${version}.9`,
        effect: { kind: 'send-target' as const, environment: 'production', event: built },
        leaseUntil: 0,
        tries: 0,
      },
    ];
    await on.store.write(releaseA, { ...rest, version: version + 1, pending: owed }, version);
    await on.engineWith({}).woken({ key: releaseA });
    expect(on.pending(releaseA)).toEqual([]);
    expect(on.pending(production)).toHaveLength(1);
  });

  test('a record that cannot be read is told with its key, and left alone', async () => {
    const on = stage();
    await isAsked(on);
    on.store.broken.add('shop/target#production');
    const { woken, advance } = on.engineWith({});
    await woken({ key: production });
    expect(on.reports).toEqual(['target#production: unreadable']);
    await expect(advance.target('shop', 'production', approved)).rejects.toMatchObject({ code: 'unreadable-record' });
    expect(on.stored(production).version).toBe(1);
  });

  test('an outage of the store is thrown, so that the message comes again', async () => {
    await expect(stage().engineWith({}, { read: outage }).woken({ key: production })).rejects.toThrow('no answer');
  });

  test('what cannot be delivered to an unreadable record stays owed', async () => {
    const on = stage();
    on.store.broken.add(`shop/release#${a}`);
    await on.engineWith({}).advance.branch('shop', { kind: 'pushed', push });
    expect(on.pending(shop)).toMatchObject([{ effect: { kind: 'send-release' }, tries: 1 }]);
  });
});
