import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf } from '../../lib/image/digest.ts';
import { mark } from '../../lib/image/mark.ts';
import { readOciArchive } from '../../lib/image/oci-archive.ts';
import { archiveOptionsOf } from '../../lib/image/options.ts';
import { testFolder } from '../disk/folder.ts';
import { ociArchive, runs } from './oci-archive.ts';

const commit = 'b2'.repeat(20);
const layer = Buffer.alloc(1_500, 'layer');

/** An archive of an image with this config; `spoil` changes its bytes. */
function archive(config: object = runs, spoil: (tar: Buffer) => Buffer = (tar) => tar, architecture = 'amd64') {
  const path = join(testFolder(), 'image.tar');
  writeFileSync(path, spoil(ociArchive({ layers: [layer], config, architecture })));
  return path;
}

async function marked(path: string) {
  const standard = [
    '--codebase',
    'shop',
    '--commit',
    commit,
    '--created',
    '0',
    '--registry',
    'r',
    '--platform',
    'linux/amd64',
  ];
  const options = archiveOptionsOf(['--archive', path, ...standard], {});
  if (!options) throw new Error('no options');
  return mark(await readOciArchive(path), options);
}

test('keeps what the Dockerfile said, and says the commit in label, environment and a layer of its own', async () => {
  const { config, manifest, carried } = await marked(archive());
  expect(JSON.parse(config.bytes.toString())).toMatchObject({
    config: {
      ...runs,
      Env: ['PATH=/bin', `DROVER_COMMIT=${commit}`],
      Labels: { own: '1', 'org.opencontainers.image.revision': commit, 'org.opencontainers.image.title': 'shop' },
    },
    rootfs: { diff_ids: ['sha256:0', expect.stringMatching(/^sha256:[0-9a-f]{64}$/)] },
  });
  expect(JSON.parse(manifest.bytes.toString()).layers).toHaveLength(2);
  const pieces = [];
  for await (const piece of carried?.[0]?.bytes.open() ?? []) pieces.push(piece);
  expect(Buffer.concat(pieces)).toEqual(layer);
});

test('the same archive gives the same image', async () => {
  const [one, two] = [await marked(archive()), await marked(archive())];
  expect(one.manifest.digest).toBe(two.manifest.digest);
});

test.each<[string, object, string]>([
  ['nothing to run', { User: '1' }, 'the Dockerfile says neither ENTRYPOINT nor CMD: nothing would run'],
  ['no user', { Cmd: ['/a'] }, 'the Dockerfile says no USER, so it would run as root: end it with USER 65532'],
])('refused: %s', async (_, config, reason) => {
  await expect(marked(archive(config))).rejects.toThrow(reason);
});

test('root, where the Dockerfile says so by name, is its own decision', async () => {
  await expect(marked(archive({ Cmd: ['/a'], User: 'root' }))).resolves.toBeDefined();
});

test('refused: of another processor, not what its digests say, or cut off', async () => {
  const same = (tar: Buffer) => tar;
  await expect(marked(archive(runs, same, 'arm64'))).rejects.toThrow('the image is for linux/arm64, not linux/amd64');
  const spoilt = (tar: Buffer) => Buffer.from(tar.toString('latin1').replace('layerlayer', 'layerLAYER'), 'latin1');
  await expect(marked(archive(runs, spoilt))).rejects.toThrow(`no intact blob ${digestOf(layer)}`);
  await expect(marked(archive(runs, (tar) => tar.subarray(0, 900)))).rejects.toThrow(
    'the archive that was built is cut off',
  );
});
