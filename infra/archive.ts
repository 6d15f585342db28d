import { type Zippable, zipSync } from 'fflate';

/** 1980-01-01, the first time that a zip can say: with it the same files are the same bytes on every machine. */
const firstZipTime = new Date(1980, 0, 1);

/** A zip of these files, as small as zip gets, readable by any user. */
export function archive(files: Record<string, Uint8Array>): Uint8Array {
  const entries: Zippable = {};
  // 0o100644 in the upper half: a plain file, read by all (APPNOTE 4.4.15, made on Unix as `os: 3` says).
  for (const name of Object.keys(files).toSorted())
    entries[name] = [files[name] ?? new Uint8Array(), { level: 9, mtime: firstZipTime, os: 3, attrs: 0o100644 << 16 }];
  return zipSync(entries);
}
