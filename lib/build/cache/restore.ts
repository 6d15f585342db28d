import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from '../../image/registry-client.ts';
import { archiveOf } from './artifact.ts';
import { Label, labelFile, wrongWith } from './label.ts';
import { unpack } from './pack.ts';
import { type CacheKey, cacheTags, toolchainOf } from './tags.ts';

/** What came of it: `hit` (this lockfile's own), `older` (the newest of this toolchain), or `cold` and why. */
export type Restored = { kind: 'hit' | 'older'; label: Label } | { kind: 'cold'; why: string };

/** Puts the best archive in the folder's place. Never throws: whatever is wrong with an archive, the build begins cold. */
export async function restore(from: Repository, key: CacheKey, folder: string, now: () => number): Promise<Restored> {
  const { exact, newest } = cacheTags(key);
  const reasons: string[] = [];
  const tried = new Set<string>();
  for (const [tag, kind] of [
    [exact, 'hit'],
    [newest, 'older'],
  ] as const) {
    const found = await oneOf(from, tag, tried, key, folder, now).catch((error: unknown) => messageOf(error));
    if (typeof found === 'object') return { kind, label: found };
    if (found !== undefined && !reasons.includes(found)) reasons.push(found);
    if (found !== undefined) await rm(folder, { recursive: true, force: true });
  }
  return { kind: 'cold', why: reasons.join('; ') || 'there is no archive of this toolchain' };
}

/** The label of the archive that now lies in the folder, what is wrong with it, or undefined where there is none. */
async function oneOf(
  from: Repository,
  tag: string,
  tried: Set<string>,
  key: CacheKey,
  folder: string,
  now: () => number,
) {
  const manifest = await from.manifest(tag);
  // Both tags may be on one archive.
  if (!manifest || tried.has(manifest.digest)) return undefined;
  tried.add(manifest.digest);
  const archive = archiveOf(manifest.bytes);
  if (!archive) return `${tag} is not an archive`;
  await unpack(from.stream(archive.digest), archive.packing, folder);
  const text = await readFile(join(folder, labelFile), 'utf8').catch(() => '{}');
  const label = Label.safeParse(JSON.parse(text));
  if (!label.success) return 'the archive does not say what it is';
  return wrongWith(label.data, { ...key, toolchain: toolchainOf(key) }, now()) ?? label.data;
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').slice(0, 160);
