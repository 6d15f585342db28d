import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { branchKey, type Key, releaseKey, targetKey } from '../../lib/engine/key.ts';
import type { Stored } from '../../lib/engine/stored.ts';
import type { Entry } from '../../lib/history/entry.ts';
import type { Store } from '../../lib/store/store.ts';
import { pushOf } from '../branch/pushes.ts';
import { poll } from './poll.ts';

export type StartedStore = {
  store: Store;
  /** Every line of the history of a codebase. */
  entries: (codebase: string) => Promise<Entry[]>;
  /** Puts something under a key that is no record. */
  spoil: (key: Key) => Promise<void>;
  close: () => Promise<void>;
};

const push = pushOf('0', 'a');
const storedAs = (codebase: string, version: number, pending: Stored['pending'] = []): Stored => ({
  version,
  wake: version,
  record: { kind: 'branch', codebase, commit: push.commit, order: version, second: [{ push, order: version }] },
  pending,
});
const owed = (leaseUntil: number): Stored['pending'][number] => ({
  id: '1.0',
  effect: { kind: 'look-head' },
  leaseUntil,
  tries: 0,
});
const entryOf = (codebase: string, text: string): Entry => ({
  codebase,
  record: 'branch',
  version: 3,
  at: 1_000,
  what: 'pushed',
  text,
});

/** What the loop relies on, whatever the records are kept in. */
export function storeContract(name: string, start: () => Promise<StartedStore>): void {
  describe(`a store: ${name}`, () => {
    let started: StartedStore;
    let { store }: { store?: Store } = {};
    const theStore = () => {
      if (store === undefined) throw new Error('not started');
      return store;
    };
    beforeAll(async () => {
      started = await start();
      store = started.store;
    });
    afterAll(() => started.close());

    test('nothing is read where nothing was written', async () => {
      expect(await theStore().read(branchKey('nobody'))).toBeUndefined();
    });

    test('a record is read as it was written', async () => {
      const key = branchKey('whole');
      const stored = storedAs('whole', 1, [{ ...owed(5), notBefore: 4, tries: 2 }]);
      expect(await theStore().write(key, stored, 0)).toBe(true);
      expect(await theStore().read(key)).toEqual(stored);
    });

    test('a record is made once', async () => {
      const key = branchKey('once');
      expect(await theStore().write(key, storedAs('once', 1), 0)).toBe(true);
      expect(await theStore().write(key, { ...storedAs('once', 1), wake: 9 }, 0)).toBe(false);
      expect(await theStore().read(key)).toEqual(storedAs('once', 1));
    });

    test('a record is changed only from the version that was read', async () => {
      const key = branchKey('changed');
      await theStore().write(key, storedAs('changed', 1), 0);
      expect(await theStore().write(key, storedAs('changed', 2), 1)).toBe(true);
      expect(await theStore().write(key, { ...storedAs('changed', 2), wake: 9 }, 1)).toBe(false);
      expect(await theStore().write(key, storedAs('changed', 4), 3)).toBe(false);
      expect(await theStore().read(key)).toEqual(storedAs('changed', 2));
    });

    test('of ten that write at once, one does', async () => {
      const key = branchKey('race');
      const all = await Promise.all(Array.from({ length: 10 }, () => theStore().write(key, storedAs('race', 1), 0)));
      expect(all.filter(Boolean)).toHaveLength(1);
    });

    test('a record that does not exist is not changed', async () => {
      expect(await theStore().write(branchKey('absent'), storedAs('absent', 2), 1)).toBe(false);
      expect(await theStore().read(branchKey('absent'))).toBeUndefined();
    });

    test('a line of the history is written once, and never changed', async () => {
      await theStore().putEntry(entryOf('told', 'first'));
      await theStore().putEntry(entryOf('told', 'second'));
      expect(await started.entries('told')).toEqual([entryOf('told', 'first')]);
    });

    test('records of one codebase are kept apart', async () => {
      const release = releaseKey('apart', push.commit);
      await theStore().write(branchKey('apart'), storedAs('apart', 1), 0);
      expect(await theStore().read(release)).toBeUndefined();
      expect(await theStore().read(targetKey('apart', 'production'))).toBeUndefined();
    });

    test('what is due is found, the longest due first, and no more than asked for', async () => {
      for (const [codebase, due] of [
        ['late', 300],
        ['soon', 100],
        ['between', 200],
        ['not-yet', 900],
      ] as const)
        await theStore().write(branchKey(codebase), storedAs(codebase, 1, [owed(due)]), 0);
      const names = async (now: number, limit = 100) =>
        (await theStore().due(now, limit))
          .map(({ key, dueAt }) => `${key.codebase} ${key.record} ${dueAt}`)
          .filter((line) => !line.startsWith('whole'));
      await poll('the index has caught up', async () => ((await names(899)).length === 3 ? true : undefined));
      expect(await names(899)).toEqual(['soon branch 100', 'between branch 200', 'late branch 300']);
      expect(await theStore().due(899, 2)).toHaveLength(2);
      expect(await names(900)).toHaveLength(4);
    });

    test('what is no longer owed is no longer due', async () => {
      const key = branchKey('done');
      const isDue = async () => (await theStore().due(50, 100)).some((found) => found.key.codebase === 'done');
      await theStore().write(key, storedAs('done', 1, [owed(10)]), 0);
      await poll('it is due', async () => ((await isDue()) ? true : undefined));
      await theStore().write(key, storedAs('done', 2), 1);
      await poll('it is not due any more', async () => ((await isDue()) ? undefined : true));
    });

    test('a record that does not parse is an error that no other try mends, and names its key', async () => {
      const key = targetKey('spoiled', 'production');
      await started.spoil(key);
      await expect(theStore().read(key)).rejects.toMatchObject({
        code: 'unreadable-record',
        retryable: false,
        message: expect.stringContaining('spoiled/target#production'),
      });
    });
  });
}
