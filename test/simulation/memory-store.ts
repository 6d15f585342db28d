import { type Key, keyText } from '../../lib/engine/key.ts';
import { dueAt, Stored } from '../../lib/engine/stored.ts';
import { Entry } from '../../lib/history/entry.ts';
import { Failure } from '../../lib/lambda/failure.ts';
import type { Store } from '../../lib/store/store.ts';

/** A store in memory, with the conditions of the contract; it keeps what the schema of a record keeps. */
export type MemoryStore = Store & {
  records: Map<string, { key: Key; stored: Stored }>;
  entries: Map<string, Entry>;
  /** Keys whose record does not parse. */
  broken: Set<string>;
};

export function memoryStore(): MemoryStore {
  const records: MemoryStore['records'] = new Map();
  const entries: MemoryStore['entries'] = new Map();
  const broken: MemoryStore['broken'] = new Set();
  return {
    records,
    entries,
    broken,
    async read(key) {
      if (broken.has(keyText(key)))
        throw new Failure('unreadable-record', `${keyText(key)} does not parse`, { retryable: false });
      return records.get(keyText(key))?.stored;
    },
    async write(key, stored, expected) {
      if ((records.get(keyText(key))?.stored.version ?? 0) !== expected) return false;
      records.set(keyText(key), { key, stored: Stored.parse(stored) });
      return true;
    },
    async putEntry(entry) {
      const id = `${entry.codebase}/${entry.record}@${entry.version}`;
      if (!entries.has(id)) entries.set(id, Entry.parse(entry));
    },
    async due(now, limit) {
      return [...records.values()]
        .map(({ key, stored }) => ({ key, dueAt: dueAt(stored) ?? Number.POSITIVE_INFINITY }))
        .filter((found) => found.dueAt <= now)
        .toSorted((one, other) => one.dueAt - other.dueAt)
        .slice(0, limit);
    },
  };
}
