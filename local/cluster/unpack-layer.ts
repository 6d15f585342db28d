import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { tarEntries } from './tar-entries.ts';

/**
 * Lays one layer over a root folder, whiteouts included (OCI image spec, "Representing Changes"). Nothing is written, linked or removed
 * outside the root: a path with `..`, or through a link, and a link that leads out, throw. Devices are left out.
 */
export function unpackLayer(root: string, tar: Buffer): void {
  for (const entry of tarEntries(tar)) {
    const path = inside(root, entry.path);
    if (path === root) continue;
    const name = basename(path);
    if (name === '.wh..wh..opq') {
      for (const child of readdirSync(dirname(path)))
        rmSync(join(dirname(path), child), { recursive: true, force: true });
      continue;
    }
    if (name.startsWith('.wh.')) {
      rmSync(join(dirname(path), name.slice(4)), { recursive: true, force: true });
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there && !(there.isDirectory() && entry.type === 'folder')) rmSync(path, { recursive: true, force: true });
    if (entry.type === 'folder') {
      mkdirSync(path, { recursive: true });
      chmodSync(path, entry.mode | 0o700);
    }
    if (entry.type === 'file') writeFileSync(path, entry.content, { mode: entry.mode | 0o400 });
    if (entry.type === 'hardlink') linkSync(inside(root, entry.link), path);
    // An absolute link means the image's own root: made relative, it stays inside.
    if (entry.type === 'symlink') {
      const target = entry.link.startsWith('/')
        ? inside(root, entry.link)
        : inside(root, join(relative(root, dirname(path)), entry.link));
      symlinkSync(relative(dirname(path), target) || '.', path);
    }
  }
}

/** The absolute path of an entry. Throws where it leaves the root, or goes through a link (which could lead anywhere). */
function inside(root: string, path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const full = resolve(root, parts.join('/'));
  if (full !== root && !full.startsWith(root + sep)) throw new Error(`the path ${path} leaves the image`);
  for (let parent = dirname(full); parent.startsWith(root + sep); parent = dirname(parent)) {
    if (!existsSync(parent)) continue;
    if (lstatSync(parent).isSymbolicLink()) throw new Error(`the path ${path} goes through a link`);
  }
  return full;
}
