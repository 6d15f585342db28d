import type { Carriers } from '../../lib/engine/carry.ts';
import { type Engine, engine } from '../../lib/engine/engine.ts';
import { minutes, seconds } from '../../lib/engine/instant.ts';
import { type Key, keyText } from '../../lib/engine/key.ts';
import type { Pending, Stored } from '../../lib/engine/stored.ts';
import type { Wake } from '../../lib/engine/wake.ts';
import type { Store } from '../../lib/store/store.ts';
import { type MemoryStore, memoryStore } from '../simulation/memory-store.ts';
import { shopHerd } from './shop.ts';

export const LEASE = minutes(2);
export const LOOK = minutes(1);
export const WATCH = seconds(5);

/** Engines on one store, with a clock that is set by hand, and everything that they send, call and report. */
export type Stage = {
  store: MemoryStore;
  clock: { now: number };
  wakes: (Wake & { delay: number })[];
  /** Reads, writes and entries, in the order in which they happened. */
  steps: string[];
  reports: string[];
  /** An engine that may carry out these effects; `hooks` may stand in for parts of the store. */
  engineWith: (carriers: Carriers, hooks?: Partial<Store>, sendWake?: () => Promise<void>) => Engine;
  stored: (key: Key) => Stored;
  pending: (key: Key) => Pending[];
};

export function stage(): Stage {
  const store = memoryStore();
  const clock = { now: Date.UTC(2026, 0, 1) };
  const wakes: Stage['wakes'] = [];
  const steps: string[] = [];
  const reports: string[] = [];
  const watched: Store = {
    ...store,
    read: (key) => {
      steps.push(`read ${key.record}`);
      return store.read(key);
    },
    write: async (key, stored, expected) => {
      const isWritten = await store.write(key, stored, expected);
      const owed = stored.pending.map(({ effect }) => effect.kind).join(', ');
      steps.push(`${isWritten ? 'write' : 'lose'} ${key.record} ${stored.version} [${owed}]`);
      return isWritten;
    },
    putEntry: (entry) => {
      steps.push(`entry ${entry.record} ${entry.version}`);
      return store.putEntry(entry);
    },
  };
  const stored = (key: Key): Stored => {
    const found = store.records.get(keyText(key));
    if (found === undefined) throw new Error(`no ${keyText(key)}`);
    return found.stored;
  };
  return {
    store,
    clock,
    wakes,
    steps,
    reports,
    stored,
    pending: (key) => stored(key).pending,
    engineWith: (carriers, hooks = {}, sendWake) =>
      engine({
        store: { ...watched, ...hooks },
        carriers,
        sendWake: async (wake, delay) => {
          await sendWake?.();
          wakes.push({ ...wake, delay });
        },
        policy: { herd: shopHerd(), lookAfter: LOOK, watchAfter: WATCH },
        lease: LEASE,
        now: () => clock.now,
        report: {
          decided: () => {},
          failed: (key, effect, tries) => void reports.push(`${key.record}: ${effect} failed ${tries}`),
          notTold: (key) => void reports.push(`${key.record}: not told`),
          notWoken: (key) => void reports.push(`${key.record}: not woken`),
          unreadable: (key) => void reports.push(`${key.record}: unreadable`),
        },
      }),
  };
}
