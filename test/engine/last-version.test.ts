import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { engine } from '../../lib/engine/engine.ts';
import { Key, keyText } from '../../lib/engine/key.ts';
import { Stored } from '../../lib/engine/stored.ts';
import { Entry } from '../../lib/history/entry.ts';
import { releaseCarriers } from '../../lib/release/carriers.ts';
import { targetCarriers } from '../../lib/target/carriers.ts';
import { memoryStore } from '../simulation/memory-store.ts';
import { shopHerd } from './shop.ts';

// Items as a table held them when version 1 wrote them. They are never changed: what is new must read what is old.
const folder = join(import.meta.dirname, '../fixtures/records/1');
const item = (file: string): Record<string, unknown> => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const files = readdirSync(folder);

test('an entry of the last version is read', () => {
  expect(Entry.parse(item('entry.json').entry).codebase).toBe('hello');
});

describe.each(files.filter((file) => file !== 'entry.json'))('%s', (file) => {
  const stored = Stored.parse(item(file));
  const key = Key.parse({ codebase: 'hello', record: item(file).sk });

  test('what it owes is carried out to the end', async () => {
    const store = memoryStore();
    await store.write(key, { ...stored, version: 1 }, 0);
    let now = 2_000_000_000_000;
    const hello = shopHerd().byName('shop');
    if (hello === undefined) throw new Error('the herd of the tests has no shop');
    const environments = hello.environments.slice(1);
    const herd = { ...shopHerd(), byName: () => ({ ...hello, name: 'hello', environments }) };
    const digest = `sha256:${'a'.repeat(64)}`;
    const { woken } = engine({
      store,
      sendWake: async () => undefined,
      policy: { herd, lookAfter: 1_000, watchAfter: 1_000 },
      lease: 1_000,
      now: () => now,
      report: {
        decided: () => undefined,
        failed: (at, effect, _tries, _since, error) => {
          throw new Error(`${keyText(at)} ${effect}: ${error}`);
        },
        notTold: () => undefined,
        notWoken: () => undefined,
        unreadable: () => undefined,
      },
      carriers: {
        ...releaseCarriers({
          herd,
          builds: {
            start: async () => ({ kind: 'started', buildId: 'again' }),
            look: async () => ({ kind: 'succeeded', digest, commit: undefined, finishedAt: now, phases: [] }),
          },
          images: {
            find: async (_codebase, by) => ({
              digest: 'digest' in by ? by.digest : digest,
              tags: stored.record.kind === 'release' ? [stored.record.commit] : [],
            }),
            protect: async () => undefined,
            reference: (_codebase, wanted) => `registry/drover/hello@${wanted}`,
          },
        }),
        ...targetCarriers({
          herd,
          cluster: {
            look: async () => ({ kind: 'missing', reason: 'nothing runs' }),
            check: async () => ({ kind: 'refused', reason: 'nothing runs' }),
            apply: async () => ({ kind: 'applied', takenFrom: [] }),
            watch: async (_place, image) => ({ image, status: 'complete', reason: 'complete' }),
            stamp: async () => ({ image: null }),
          },
          images: {
            find: async () => ({ digest, tags: [] }),
            protect: async () => undefined,
            reference: (_codebase, wanted) => wanted,
          },
        }),
        tell: async () => undefined,
      },
    });
    for (let round = 0; round < 20; round++) {
      now += 60_000;
      for (const { key: due } of await store.due(now, 100)) await woken({ key: due });
    }
    for (const { key: left, stored: after } of store.records.values())
      expect({ record: keyText(left), owes: after.pending }).toEqual({ record: keyText(left), owes: [] });
  });
});
