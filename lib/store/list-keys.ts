import type { AnyRecord } from '../engine/stored.ts';
import { sortableTime } from './table.ts';

/** A line of the history that is about a release. */
type ReleaseEntry = { kind: 'entry'; codebase: string; release: string; record: string; version: number; at: number };

type ListKeys = { ownerPk?: string; ownerSk?: string; herdPk?: string; herdSk?: string };

/** Where an item shows in the lists: by its owner and in the herd (see `table.ts`). */
export function listKeys(item: AnyRecord | ReleaseEntry): ListKeys {
  switch (item.kind) {
    case 'branch':
      return {};
    case 'release': {
      const pushed = sortableTime(item.pushedAt);
      return {
        ownerPk: `releases#${item.codebase}`,
        ownerSk: `${pushed}#${item.commit}`,
        herdPk: `releases#${pushed.slice(0, 'yyyy-mm'.length)}`,
        herdSk: `${pushed}#${item.codebase}#${item.commit}`,
      };
    }
    case 'target':
      return { herdPk: 'targets', herdSk: `${item.codebase}#${item.environment}` };
    case 'entry':
      return {
        ownerPk: `entries#${item.codebase}#${item.release}`,
        ownerSk: `${sortableTime(item.at)}#${item.record}#${String(item.version).padStart(9, '0')}`,
      };
  }
}
