import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../image/digest.ts';
import { refusal } from '../../image/refusal.ts';
import type { Repository } from '../../image/registry-client.ts';
import { emptyConfig, manifestOf } from './artifact.ts';
import { type Label, labelFile } from './label.ts';
import { pack, packing } from './pack.ts';
import { type CacheKey, cacheTags } from './tags.ts';

/** Bytes of a packed archive: a small builder (4 GB) holds it in memory. */
const longestArchive = 500_000_000;

/** Packs and pushes a folder under both of its tags; returns its bytes. Throws one line where it is too large or the registry refuses. */
export async function keep(to: Repository, key: CacheKey, folder: string, label: Label): Promise<number> {
  await writeFile(join(folder, labelFile), JSON.stringify(label));
  const bytes = await pack(folder, longestArchive);
  if (!bytes) throw refusal(`it is larger than ${longestArchive / 1_000_000} MB`);
  const archive = { packing, digest: digestOf(bytes), size: bytes.length };
  for (const blob of [{ digest: archive.digest, bytes }, emptyConfig])
    if (!(await to.has(blob.digest))) await to.upload(blob);
  const { exact, newest } = cacheTags(key);
  for (const tag of [exact, newest]) {
    const { status, text } = await to.putManifest(tag, manifestOf(archive));
    if (status < 200 || status >= 300) throw refusal(`the registry ${to.host} refused ${tag} with ${status}: ${text}`);
  }
  return bytes.length;
}
