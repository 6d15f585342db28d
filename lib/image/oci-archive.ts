import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import * as z from 'zod';
import { manifestType } from './manifest.ts';
import { refusal } from './refusal.ts';
import type { Stored } from './registry-client.ts';

/** A layer as it lies in the archive: its bytes stay on disk until they are sent. */
export type StoredLayer = { mediaType: string; digest: string; size: number; bytes: Stored };

/** An image as a builder left it: its config as it is written there, and its layers. */
export type OciArchive = { config: Record<string, unknown>; layers: StoredLayer[] };

const Descriptor = z.object({ mediaType: z.string(), digest: z.string(), size: z.number() });
const Index = z.object({ manifests: z.array(Descriptor) });
const Manifest = z.object({ config: Descriptor, layers: z.array(Descriptor) });

const block = 512;

/**
 * The one image of an archive in OCI's layout (image specification, "OCI Image Layout"). Every blob is read once and must be what its
 * digest says; no layer is held in memory, so that an image may be larger than it.
 */
export async function readOciArchive(path: string): Promise<OciArchive> {
  const files = await filesIn(path);
  const stored = async ({ digest }: { digest: string }): Promise<Stored> => {
    const bytes = files.get(`blobs/${digest.replace(':', '/')}`);
    if (bytes === undefined || (await digestOfStored(bytes)) !== digest)
      throw refusal(`the archive that was built has no intact blob ${digest}`);
    return bytes;
  };
  const { manifests } = Index.parse(await parsed(files.get('index.json')));
  const [only, another] = manifests;
  if (only?.mediaType !== manifestType || another) throw refusal('the archive that was built holds no single image');
  const manifest = Manifest.parse(await parsed(await stored(only)));
  const layers: StoredLayer[] = [];
  for (const layer of manifest.layers) layers.push({ ...layer, bytes: await stored(layer) });
  return { config: z.record(z.string(), z.unknown()).parse(await parsed(await stored(manifest.config))), layers };
}

/** Regular files by name, whose names and sizes are written as Go's archive/tar does it for what BuildKit puts there. */
async function filesIn(path: string): Promise<Map<string, Stored>> {
  const files = new Map<string, Stored>();
  const archive = await open(path);
  try {
    const { size: whole } = await archive.stat();
    for (let at = 0; at + block <= whole; ) {
      const header = await headerAt(archive, at);
      if (header[0] === 0) break;
      const size = sizeIn(header);
      const [start, end] = [at + block, at + block + size];
      if (end > whole) throw refusal('the archive that was built is cut off');
      const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '');
      if (/^[0\0]$/.test(header.toString('latin1', 156, 157)))
        files.set(name, { size, open: () => slice(path, start, end) });
      at = start + Math.ceil(size / block) * block;
    }
  } finally {
    await archive.close();
  }
  return files;
}

async function headerAt(archive: FileHandle, position: number): Promise<Buffer> {
  const header = Buffer.alloc(block);
  await archive.read(header, { position });
  return header;
}

/** GNU tar, "Basic Tar Format": where the first bit is set, the number is binary; else octal, which ends at 8 GB. */
const sizeIn = (header: Buffer): number =>
  (header[124] ?? 0) & 0x80 ? header.readUIntBE(130, 6) : Number.parseInt(header.toString('latin1', 124, 135), 8);

/** A read stream's `end` is the last byte; of nothing there is none. */
const slice = (path: string, start: number, end: number): AsyncIterable<Uint8Array> =>
  end === start ? nothing() : createReadStream(path, { start, end: end - 1 });
async function* nothing(): AsyncGenerator<Uint8Array> {}

async function parsed(bytes: Stored | undefined): Promise<unknown> {
  if (bytes === undefined) throw refusal('the archive that was built is cut off');
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes.open()) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString());
}

async function digestOfStored(bytes: Stored): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of bytes.open()) hash.update(piece);
  return `sha256:${hash.digest('hex')}`;
}
