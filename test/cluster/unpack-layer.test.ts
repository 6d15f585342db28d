import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TarEntry, tarOf } from '../../lib/image/tar.ts';
import { tarEntries } from '../../local/cluster/tar-entries.ts';
import { unpackLayer } from '../../local/cluster/unpack-layer.ts';

let folder = '';
let root = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-unpack-'));
  root = join(folder, 'root');
  mkdirSync(root);
  writeFileSync(join(folder, 'secret'), 'kept');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (path: string, content = path): TarEntry => ({
  kind: 'file',
  path,
  executable: false,
  content: Buffer.from(content),
});
const link = (path: string, target: string): TarEntry => ({ kind: 'link', path, target });

test('files, folders, long names and links inside arrive', () => {
  const long = `${'folder/'.repeat(30)}file`;
  unpackLayer(
    root,
    tarOf([
      { kind: 'directory', path: 'app' },
      file('app/main', 'program'),
      file(long),
      link('bin', 'app'),
      link('app/absolute', '/app/main'),
    ]),
  );
  expect(readFileSync(join(root, 'bin/main'), 'utf8')).toBe('program');
  expect(readFileSync(join(root, long), 'utf8')).toBe(long);
  expect(readlinkSync(join(root, 'app/absolute'))).toBe('main');
});

test('a later layer replaces, and its whiteouts remove', () => {
  unpackLayer(root, tarOf([file('a/one'), file('a/two'), file('b/three')]));
  unpackLayer(root, tarOf([file('a/.wh.one', ''), file('b/.wh..wh..opq', ''), file('b/four'), file('a/two', 'new')]));
  expect(existsSync(join(root, 'a/one'))).toBe(false);
  expect(existsSync(join(root, 'b/three'))).toBe(false);
  expect(readFileSync(join(root, 'b/four'), 'utf8')).toBe('b/four');
  expect(readFileSync(join(root, 'a/two'), 'utf8')).toBe('new');
});

test.each<[string, TarEntry[]]>([
  ['a path that leaves', [file('../secret', 'taken')]],
  ['a path that leaves from within', [file('a/../../secret', 'taken')]],
  ['a link out', [link('out', '../secret')]],
  ['a link far out', [link('a/b/out', '../../../secret')]],
  ['a file through a link', [link('here', '.'), file('here/x', 'taken')]],
  ['a whiteout that leaves', [file('../.wh.secret', '')]],
])('%s is refused, and nothing outside is touched', (_, entries) => {
  expect(() => unpackLayer(root, tarOf(entries))).toThrow(/leaves the image|goes through a link/);
  expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('kept');
});

test('a broken archive is told', () => {
  const tar = tarOf([file('a')]);
  tar[0] = 120;
  expect(() => [...tarEntries(tar)]).toThrow('checksum');
  expect(() => [...tarEntries(tarOf([file('a', 'x'.repeat(2_000))]).subarray(0, 1_024))]).toThrow(
    'longer than its archive',
  );
});
