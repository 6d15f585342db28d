export type TarEntry = {
  path: string;
  type: 'file' | 'folder' | 'symlink' | 'hardlink' | 'other';
  mode: number;
  link: string;
  content: Buffer;
};

/**
 * The entries of a tar, in order: ustar, with GNU's long names and pax' path, linkpath and size. Throws on a broken header.
 * Sources: POSIX.1-2017 pax, GNU tar manual "Basic Tar Format".
 */
export function* tarEntries(tar: Buffer): Generator<TarEntry> {
  let extra: Record<string, string> = {};
  for (let at = 0; at + 512 <= tar.length; ) {
    const header = tar.subarray(at, at + 512);
    if (header.every((byte) => byte === 0)) return;
    checkSum(header);
    const size = extra.size === undefined ? number(header, 124, 12) : Number(extra.size);
    if (!Number.isSafeInteger(size) || size < 0 || at + 512 + size > tar.length)
      throw new Error('a tar entry is longer than its archive');
    const content = tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
    const flag = String.fromCharCode(header[156] ?? 0);
    if (flag === 'L') extra.path = text(content);
    else if (flag === 'K') extra.linkpath = text(content);
    else if (flag === 'x') extra = { ...extra, ...pax(content) };
    else if (flag !== 'g') {
      const prefix = text(header.subarray(345, 500));
      const name = text(header.subarray(0, 100));
      yield {
        path: extra.path ?? (prefix && text(header.subarray(257, 262)) === 'ustar' ? `${prefix}/${name}` : name),
        type: TYPES[flag] ?? 'other',
        mode: number(header, 100, 8) & 0o777,
        link: extra.linkpath ?? text(header.subarray(157, 257)),
        content,
      };
      extra = {};
    }
  }
}

const TYPES: Record<string, TarEntry['type']> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'folder',
};

const text = (bytes: Buffer): string => {
  const end = bytes.indexOf(0);
  return bytes.subarray(0, end < 0 ? bytes.length : end).toString('utf8');
};

/** Octal text, or base 256 where the first bit is set (GNU, for large files). */
function number(header: Buffer, from: number, length: number): number {
  const field = header.subarray(from, from + length);
  if (((field[0] ?? 0) & 0x80) === 0) return Number.parseInt(text(field).trim() || '0', 8);
  return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
}

function checkSum(header: Buffer): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  if (sum !== number(header, 148, 8)) throw new Error('a tar header has a wrong checksum');
}

function pax(content: Buffer): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const length = Number(content.subarray(at, space).toString('latin1'));
    if (space < 0 || !(length > 0)) break;
    const [name = '', ...value] = content
      .subarray(space + 1, at + length - 1)
      .toString('utf8')
      .split('=');
    fields[name] = value.join('=');
    at += length;
  }
  return fields;
}
