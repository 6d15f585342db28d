import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { digestOf } from './digest.ts';
import { type TarEntry, tarOf } from './tar.ts';

/** A layer ready to push: `diffId` is the digest of the archive, `digest` that of its gzip. */
export type Layer = { diffId: string; digest: string; tar: Buffer; bytes: Buffer };

/**
 * One layer from the entries; the same entries give the same digests. zlib writes its host's number into byte 9 of the header
 * (RFC 1952, 2.3.1): 255, unknown, is the same everywhere. Another version of zlib may pack differently, so recipes name their Node.
 */
export async function layerOf(entries: TarEntry[]): Promise<Layer> {
  const tar = tarOf(withParents(entries));
  const bytes = await promisify(gzip)(tar, { level: 6 });
  bytes[9] = 255;
  return { diffId: digestOf(tar), digest: digestOf(bytes), tar, bytes };
}

/** Every folder on the way gets an entry of its own, else its mode would be the unpacker's choice. */
function withParents(entries: TarEntry[]): TarEntry[] {
  const known = new Map(entries.map((entry) => [entry.path, entry]));
  for (const { path } of entries) {
    const parts = path.split('/');
    for (let length = 1; length < parts.length; length++) {
      const parent = parts.slice(0, length).join('/');
      if (!known.has(parent)) known.set(parent, { kind: 'directory', path: parent });
    }
  }
  return [...known.values()];
}
