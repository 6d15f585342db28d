import { execFileSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layerOf } from '../../lib/image/layer.ts';
import { fileInTar } from '../../lib/image/read-tar.ts';
import { type TarEntry, tarOf } from '../../lib/image/tar.ts';

const file = (path: string, text: string, executable = false): TarEntry => ({
  kind: 'file',
  path,
  executable,
  content: Buffer.from(text),
});
const long = `${'deep/'.repeat(30)}näme.txt`;
const entries: TarEntry[] = [
  file('app/server.js', 'x'.repeat(1_000)),
  file('app/run', 'run', true),
  file(long, 'long'),
  { kind: 'link', path: 'app/link', target: 'server.js' },
  { kind: 'directory', path: 'tmp', open: true },
];

describe('an archive', () => {
  test("is read by the machine's own tar, with modes, owner and time fixed", () => {
    const listing = execFileSync('tar', ['-tv', '--numeric-owner', '--utc', '-f', '-'], {
      input: tarOf(entries),
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    const lines = listing
      .trim()
      .split('\n')
      .map((line) => line.replace(/\s+/g, ' '));
    expect(lines).toEqual([
      'lrwxrwxrwx 0/0 0 1970-01-01 00:00 app/link -> server.js',
      '-rwxr-xr-x 0/0 3 1970-01-01 00:00 app/run',
      '-rw-r--r-- 0/0 1000 1970-01-01 00:00 app/server.js',
      `-rw-r--r-- 0/0 4 1970-01-01 00:00 ${long}`,
      'drwxrwxrwt 0/0 0 1970-01-01 00:00 tmp/',
    ]);
  });

  test('gives back every file that went in', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-zA-Zé]{1,8}(\/[a-zäA-Z0-9]{1,90}){0,3}$/), { maxLength: 8 });
    fc.assert(
      fc.property(names, fc.string({ maxLength: 2_000 }), (paths, text) => {
        const tar = tarOf(paths.map((path) => file(path, `${path}${text}`)));
        for (const path of paths) expect(fileInTar(tar, path)?.toString()).toBe(`${path}${text}`);
        expect(fileInTar(tar, 'no/such')).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  test('as a layer depends on the entries alone, not on their order', async () => {
    const [one, two] = await Promise.all([layerOf(entries), layerOf([...entries].reverse())]);
    expect(two.digest).toBe(one.digest);
    expect(one.bytes.subarray(0, 10).toString('hex')).toBe('1f8b08000000000000ff');
    const other = await layerOf([...entries, file('app/more', '')]);
    expect(other.digest).not.toBe(one.digest);
  });

  test('as a layer of several gzip members is unpacked as one', async () => {
    const { tar, bytes } = await layerOf([file('app/large', 'word '.repeat(2_000_000))]);
    expect(gunzipSync(bytes).equals(tar)).toBe(true);
    expect(execFileSync('gzip', ['-dc'], { input: bytes, maxBuffer: 20_000_000 }).equals(tar)).toBe(true);
  });
});
