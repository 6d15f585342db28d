/** One entry of a layer. Paths have no leading slash; `content` is a file's, `target` a symbolic link's. */
export type TarEntry =
  | { kind: 'file'; path: string; executable: boolean; content: Uint8Array }
  | { kind: 'directory'; path: string; open?: boolean }
  | { kind: 'link'; path: string; target: string };

const block = 512;
const typeFlag = { file: '0', link: '2', directory: '5' } as const;

/**
 * A POSIX ustar archive (IEEE 1003.1) that depends on nothing but the entries: sorted by bytes, uid and gid 0, time 0, modes
 * 0755 and 0644 (an `open` directory 1777). What ustar cannot name goes into a pax header.
 */
export function tarOf(entries: TarEntry[]): Buffer {
  const sorted = [...entries].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  return Buffer.concat([...sorted.flatMap(blocksOf), Buffer.alloc(block * 2)]);
}

function blocksOf(entry: TarEntry): Uint8Array[] {
  const path = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
  const target = entry.kind === 'link' ? entry.target : '';
  const content = entry.kind === 'file' ? entry.content : Buffer.alloc(0);
  const pax: string[] = [];
  if (!fits(path)) pax.push(paxLine('path', path));
  if (!fits(target)) pax.push(paxLine('linkpath', target));
  const own = [header(path, typeFlag[entry.kind], content.length, modeOf(entry), target), ...padded(content)];
  if (pax.length === 0) return own;
  const records = Buffer.from(pax.join(''));
  return [header('pax', 'x', records.length, 0o644, ''), ...padded(records), ...own];
}

function modeOf(entry: TarEntry): number {
  if (entry.kind === 'link') return 0o777;
  if (entry.kind === 'directory') return entry.open ? 0o1777 : 0o755;
  return entry.executable ? 0o755 : 0o644;
}

const fits = (name: string): boolean => Buffer.byteLength(name) <= 100 && /^[\x20-\x7e]*$/.test(name);

/** `<length> <key>=<value>\n`, the length counting its own digits. */
function paxLine(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function header(path: string, type: string, size: number, mode: number, target: string): Buffer {
  const bytes = Buffer.alloc(block);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;
  Buffer.from(path).copy(bytes, 0, 0, 100);
  bytes.write(octal(mode, 8), 100);
  bytes.write(octal(0, 8), 108);
  bytes.write(octal(0, 8), 116);
  bytes.write(octal(size, 12), 124);
  bytes.write(octal(0, 12), 136);
  bytes.write('        ', 148);
  bytes.write(type, 156);
  Buffer.from(target).copy(bytes, 157, 0, 100);
  bytes.write('ustar\x0000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

/** The content as it is, not a copy of it, and what fills its last block. */
const padded = (content: Uint8Array): Uint8Array[] => [
  content,
  Buffer.alloc((block - (content.length % block)) % block),
];
