import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, rm } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { refusal } from '../../image/refusal.ts';
import type { Packing } from './artifact.ts';

/** What this Node packs best with. */
export const packing: Packing = typeof zlib.createZstdCompress === 'function' ? 'zstd' : 'gzip';

/** A folder as a packed tar, or undefined where it would be longer than `limit` bytes. Times are kept to the nanosecond (pax). */
export async function pack(folder: string, limit: number): Promise<Buffer | undefined> {
  const tar = spawn('tar', ['--format=pax', '-C', folder, '-cf', '-', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(tar, 'exit');
  const chunks: Buffer[] = [];
  let length = 0;
  const press = packing === 'zstd' ? zlib.createZstdCompress() : zlib.createGzip({ level: 1 });
  await pipeline(tar.stdout, press, async (packed: AsyncIterable<Buffer>) => {
    for await (const chunk of packed) {
      length += chunk.length;
      // What follows is read to its end, so that tar can end too.
      if (length <= limit) chunks.push(chunk);
    }
  });
  const [code] = await ended;
  if (code !== 0) throw refusal(`tar ended with ${code}`);
  return length <= limit ? Buffer.concat(chunks) : undefined;
}

/** Bytes that leave the unpacker at a time: with Node's own 16 KiB, handing them to tar took longer than all else (bench/rust-cache.ts). */
const chunkSize = 1_048_576;

/** Puts a packed tar in a folder's place, whole or not at all: what is not whole throws, and the folder is as it was. */
export async function unpack(packed: AsyncIterable<Uint8Array>, how: Packing, folder: string): Promise<void> {
  if (how === 'zstd' && packing !== 'zstd') throw refusal('it is packed by zstd, which this Node cannot read');
  const fresh = `${folder}.drover-new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  const tar = spawn('tar', ['--no-same-owner', '-C', fresh, '-xf', '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
  tar.stderr.resume();
  const ended = once(tar, 'exit');
  try {
    const open = how === 'zstd' ? zlib.createZstdDecompress({ chunkSize }) : zlib.createGunzip({ chunkSize });
    await pipeline(Readable.from(packed, { objectMode: false }), open, (plain: AsyncIterable<Buffer>) =>
      feed(tar.stdin, plain),
    );
    const [code] = await ended;
    if (code !== 0) throw refusal(`tar ended with ${code}`);
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  } finally {
    tar.kill();
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Writes all of it. tar may end at the archive's own end, before the padding after it: the rest is read all the same, to see that it is whole. */
async function feed(to: Writable, chunks: AsyncIterable<Buffer>): Promise<void> {
  to.on('error', () => {});
  const closed = once(to, 'close').catch(() => {});
  for await (const chunk of chunks)
    if (!to.destroyed && !to.write(chunk)) await Promise.race([once(to, 'drain'), closed]).catch(() => {});
  to.end();
}
