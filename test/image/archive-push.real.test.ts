import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { writeRecipes } from '../../infra/recipes.ts';
import { startRegistry } from '../../local/registry/registry.ts';
import { testFolder } from '../disk/folder.ts';
import { ociArchive } from './oci-archive.ts';

const commit = 'b2'.repeat(20);

test('an archive is pushed by the command that recipes run, and its layers are not held in memory', async () => {
  const folder = testFolder();
  await writeRecipes(join(folder, 'recipes'));
  const registry = await startRegistry({ port: 0, folder: join(folder, 'registry'), now: Date.now, immutable: true });
  const path = join(folder, 'image.tar');
  const layers = [1, 2, 3].map(() => randomBytes(200_000_000));
  writeFileSync(path, ociArchive({ layers }));
  // Says its own peak when it ends: of this program alone, where maxRSS of getrusage counts what it was forked from too.
  const says = "process.stderr.write(readFileSync('/proc/self/status', 'utf8'))";
  const peak = `import { existsSync, readFileSync } from 'node:fs'; process.on('exit', () => existsSync('/proc/self/status') && ${says});`;
  writeFileSync(join(folder, 'peak.mjs'), peak);
  const words = [
    '--archive',
    path,
    '--codebase',
    'shop',
    '--commit',
    commit,
    '--created',
    '0',
    '--platform',
    'linux/amd64',
  ];
  try {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--import', join(folder, 'peak.mjs'), join(folder, 'recipes/image.mjs'), ...words],
      { env: { PATH: process.env.PATH, DROVER_REGISTRY: registry.host } },
    );

    const manifest = await fetch(`${registry.url}/v2/drover/shop/manifests/${commit}`);
    expect(manifest.headers.get('docker-content-digest')).toBe(stdout.trim());
    expect(stderr).toContain('600.00 MB');
    const [, kilobytes = '0'] = /VmHWM:\s*(\d+) kB/.exec(stderr) ?? [];
    expect(Number(kilobytes)).toBeLessThan(350_000);
  } finally {
    await registry.close();
  }
});
