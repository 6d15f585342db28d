import { releaseKey, targetKey } from '../engine/key.ts';
import type { Release } from '../release/record.ts';
import type { Target } from '../target/record.ts';
import type { Store } from './store.ts';

type Reading = Pick<Store, 'read'>;

/** Reads a release as it is now, or undefined. */
export const releaseIn =
  (store: Reading) =>
  async (codebase: string, commit: string): Promise<Release | undefined> => {
    const record = (await store.read(releaseKey(codebase, commit)))?.record;
    return record?.kind === 'release' ? record : undefined;
  };

/** Reads a target as it is now, or undefined. */
export const targetIn =
  (store: Reading) =>
  async (codebase: string, environment: string): Promise<Target | undefined> => {
    const record = (await store.read(targetKey(codebase, environment)))?.record;
    return record?.kind === 'target' ? record : undefined;
  };
