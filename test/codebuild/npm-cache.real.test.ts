import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileInTar } from '../../lib/image/read-tar.ts';
import { type Recipes, startRecipes } from './recipe-service.ts';

/** npm's own cache from build to build, with a package from the registry. */
let recipes: Recipes;
beforeAll(async () => {
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

const lock = (version: string, integrity: string) =>
  JSON.stringify({
    name: 'waits',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'waits', dependencies: { ms: version } },
      'node_modules/ms': { version, resolved: `https://registry.npmjs.org/ms/-/ms-${version}.tgz`, integrity },
    },
  });
const old = 'sha512-sGkPx+VjMtmA6MX27oA4FBFELFCZZ4S4XqeGOXCv68tT+jb3vk/RyaKWP0PTKyWtmLSM0b+adUTEvbs1PEaH2w==';
const recent = 'sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==';

test('what npm fetched for a lockfile is there for the next build of it, and nearly all for another', async () => {
  const { repository, build } = recipes.codebase('waits', 'node');
  const files = (version: string, integrity: string) => ({
    'package.json': JSON.stringify({ name: 'waits', main: 'index.js', dependencies: { ms: version } }),
    'package-lock.json': lock(version, integrity),
    'index.js': "console.log(require('ms')('1 h'));\n",
  });
  const caches: (string | undefined)[] = [];
  const versions: (string | undefined)[] = [];
  const first = repository.commit(files('2.1.2', old));
  const readme = repository.commit({ 'README.md': 'waits' });
  const bumped = repository.commit(files('2.1.3', recent));
  for (const commit of [first, readme, bumped, first, bumped]) {
    const { done, exported } = await build(commit);
    expect(done.buildStatus, recipes.lines.join('\n')).toBe('SUCCEEDED');
    caches.push(exported.DROVER_CACHE);
    const layer = gunzipSync((await recipes.imageAt('waits', commit))?.layer ?? '');
    versions.push(
      /"version": "(.*)"/.exec(fileInTar(layer, 'app/node_modules/ms/package.json')?.toString() ?? '')?.[1],
    );
  }
  expect(caches).toEqual(['cold: there is no archive of this toolchain', 'hit', 'older', 'hit', 'hit']);
  // Forward, back and forward again: the package of the commit, whatever the archive holds.
  expect(versions).toEqual(['2.1.2', '2.1.2', '2.1.3', '2.1.2', '2.1.3']);
  const kept = recipes.lines.filter((line) => line.startsWith('cache: ') && line.includes('kept'));
  expect(kept.map((line) => line.replace(/[\d.]+ MB/, ''))).toEqual([
    'cache: kept, ',
    'cache: not kept: nothing changed',
    'cache: kept, ',
    'cache: not kept: nothing changed',
    'cache: not kept: nothing changed',
  ]);
});
