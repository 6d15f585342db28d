import { describe, expect, it } from 'vitest';
import { Commits, touchesOf } from '../../../lib/source/github/touches.ts';

const commit = (modified: string[] = [], added: string[] = [], removed: string[] = []) => ({
  added,
  modified,
  removed,
});
const touched = (language: string, ...files: string[]) =>
  touchesOf({ commits: [commit(files)], forced: false }, language);

describe('a push touches', () => {
  it.each([
    ['rust', 'Cargo.lock', 'lockfile'],
    ['rust', 'services/stamp/Cargo.lock', 'lockfile'],
    ['rust', 'rust-toolchain', 'toolchain'],
    ['rust', 'rust-toolchain.toml', 'toolchain'],
    ['go', 'go.mod', 'lockfile'],
    ['go', 'tools/go.sum', 'lockfile'],
    ['node', 'package-lock.json', 'lockfile'],
    ['node', 'pnpm-lock.yaml', 'lockfile'],
    ['node', 'web/yarn.lock', 'lockfile'],
    ['node', '.nvmrc', 'toolchain'],
    ['python', 'uv.lock', 'lockfile'],
    ['python', 'requirements-dev.txt', 'lockfile'],
    ['python', '.python-version', 'toolchain'],
    ['dockerfile', 'Dockerfile', 'toolchain'],
    ['dockerfile', 'docker/api.Dockerfile', 'toolchain'],
    ['dockerfile', 'web/package-lock.json', 'lockfile'],
    ['dockerfile', '.nvmrc', 'toolchain'],
  ])('of a %s codebase %s: its %s', (language, file, what) => {
    expect(touched(language, 'README.md', file, 'src/main')).toBe(what);
  });

  it.each([
    ['rust', 'package-lock.json'],
    ['rust', 'Cargo.toml'],
    ['node', 'Cargo.lock'],
    ['node', 'docs/about-package-lock.json'],
    ['node', 'package-lock.json/notes.md'],
    ['node', 'package.json'],
    ['python', 'requirements.md'],
    ['go', 'Dockerfile'],
    ['dockerfile', 'docs/dockerfiles.md'],
  ])('nothing of a %s codebase by %s', (language, file) => {
    expect(touched(language, file)).toBeUndefined();
  });

  it('what any of its commits added, changed or removed, the toolchain before the lockfile', () => {
    for (const one of [commit([], ['Cargo.lock']), commit([], [], ['Cargo.lock']), commit(['Cargo.lock'])])
      expect(touchesOf({ commits: [commit(['a.rs']), one, commit()], forced: false }, 'rust')).toBe('lockfile');
    const both = [commit(['Cargo.lock']), commit(['rust-toolchain.toml'])];
    expect(touchesOf({ commits: both, forced: false }, 'rust')).toBe('toolchain');
  });
});

describe('what is not known', () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => `src/${i}.rs`);
  const told = (commits: unknown, forced = false) => touchesOf({ commits: Commits.parse(commits), forced }, 'rust');

  it('is said where GitHub cut the list of commits, or of files', () => {
    expect(told(many(2_048).map(() => commit(['a.rs'])))).toBe('unlisted');
    expect(told(many(2_047).map(() => commit(['a.rs'])))).toBeUndefined();
    expect(told([commit(many(1_500), many(1_500))])).toBe('unlisted');
    expect(told([commit(many(1_499), many(1_500))])).toBeUndefined();
    expect(told([commit(many(3_000)), commit(['Cargo.lock'])])).toBe('lockfile');
  });

  it('is said where there is no list, and nothing about it refuses the push', () => {
    for (const commits of [undefined, null, 'none', 7, {}, [7], [{ added: 'Cargo.lock' }], [{ added: [7] }], [{}]])
      expect(told(commits)).toBe('unlisted');
    expect(told([])).toBe('unlisted');
  });

  it('is not asked of a forced push back: what it leads to was built, and is kept', () => {
    expect(told([], true)).toBeUndefined();
    expect(told([commit(['Cargo.lock'])], true)).toBe('lockfile');
  });
});
