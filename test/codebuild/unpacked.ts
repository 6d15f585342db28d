import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The last layer of an image laid out in a folder of its own, and the names in it. */
export function unpacked(image: { layer: Buffer } | undefined, under: string, name: string) {
  const folder = join(under, `unpacked-${name}`);
  mkdirSync(folder);
  writeFileSync(join(under, `${name}.tar.gz`), image?.layer ?? '');
  execFileSync('tar', ['-xzf', `../${name}.tar.gz`], { cwd: folder });
  const listing = execFileSync('tar', ['-tzf', `../${name}.tar.gz`], { cwd: folder, encoding: 'utf8' });
  return { folder, names: listing.trim().split('\n').sort() };
}
