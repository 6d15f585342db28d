import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { keep } from '../lib/build/cache/keep.ts';
import { restore } from '../lib/build/cache/restore.ts';
import { changedSince, hashSources, setTimes } from '../lib/build/cache/sources.ts';
import { type CacheKey, toolchainOf } from '../lib/build/cache/tags.ts';
import type { Repository } from '../lib/image/registry-client.ts';
import { timed } from './measure.ts';
import type { Made } from './rust-service.ts';

export type Built = Made & { milliseconds: number };

/** One way to get from a commit to its program; `bytes` of what it kept for the next build, where it keeps anything. */
export type Builder = (commit: string) => Promise<Built & { bytes?: number }>;

type Cargo = (root: string) => Promise<Made>;

/** Ours: a clone in an empty place of the same path each time, the archive from a registry, times by content, cargo. Keeping comes after, untimed. */
export function freshWithArchive(origin: string, folder: string, images: Repository, cargo: Cargo): Builder {
  const root = join(folder, 'fresh');
  const target = join(root, 'target');
  const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' });
  return async (commit) => {
    rmSync(root, { recursive: true, force: true });
    const { milliseconds, value } = await timed(async () => {
      execFileSync('git', ['clone', '--quiet', origin, root]);
      git('checkout', '--quiet', commit);
      const key: CacheKey = {
        kind: 'rust',
        codebase: 'probe',
        toolchain: 'bench',
        lock: git('show', 'HEAD:Cargo.lock'),
      };
      const found = await restore(images, key, target, Date.now);
      const sources = await hashSources(root, [target]);
      if (found.kind !== 'cold') await setTimes(root, sources, changedSince(found.label.sources, sources), new Date());
      return { made: await cargo(root), sources, key };
    });
    const { made, sources, key } = value;
    const label = { kind: 'rust', codebase: 'probe', toolchain: toolchainOf(key), begun: Date.now(), sources };
    const bytes = await keep(images, key, target, { ...label, made: Date.now() });
    return { ...made, milliseconds, bytes };
  };
}

/** What a developer has: a folder that stays, with the target of the last build in it. */
export function inPlace(origin: string, root: string, cargo: Cargo): Builder {
  execFileSync('git', ['clone', '--quiet', origin, root]);
  const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args]);
  return async (commit) => {
    const { milliseconds, value } = await timed(async () => {
      git('fetch', '--quiet');
      git('checkout', '--quiet', commit);
      return cargo(root);
    });
    return { ...value, milliseconds };
  };
}
