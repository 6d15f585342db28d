import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingTools } from '../../local/tools.ts';
import { type Recipes, startRecipes } from './recipe-service.ts';
import { unpacked } from './unpacked.ts';

/** What pip and uv fetched, from build to build, with a package from PyPI. */
const hasPython = missingTools(['python3']).length === 0;
let recipes: Recipes;
beforeAll(async () => {
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

const main = "import importlib.metadata\n\nprint(importlib.metadata.version('iniconfig'))\n";
const pyproject = (version: string) =>
  `[project]\nname = "ini"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["iniconfig==${version}"]\n`;

/** The lockfile as uv itself writes it. */
function uvLock(version: string): string {
  const folder = join(recipes.folder, 'uv');
  execFileSync('python3', ['-m', 'venv', folder], { stdio: 'ignore' });
  execFileSync(join(folder, 'bin/pip'), ['install', '--quiet', 'uv==0.13.9'], { stdio: 'ignore' });
  writeFileSync(join(folder, 'pyproject.toml'), pyproject(version));
  execFileSync(join(folder, 'bin/uv'), ['lock', '--quiet'], { cwd: folder, stdio: 'ignore' });
  return readFileSync(join(folder, 'uv.lock'), 'utf8');
}

describe.runIf(hasPython).each([
  // Built from source, for whether a registry lets pip keep what it fetched is up to the registry.
  ['pip', (version: string) => ({ 'requirements.txt': `--no-binary iniconfig\niniconfig==${version}\n` })],
  ['uv', (version: string) => ({ 'pyproject.toml': pyproject(version), 'uv.lock': uvLock(version) })],
])('%s', (manager, locked) => {
  test('forward, back and forward again has the package of the commit', { timeout: 300_000 }, async () => {
    const { repository, build } = recipes.codebase(`ini-${manager}`, 'python');
    const old = repository.commit({ 'main.py': main, ...locked('2.0.0') });
    const recent = repository.commit(locked('2.1.0'));
    const more = repository.commit({ 'README.md': 'ini' });
    const seen: [string | undefined, string][] = [];
    for (const commit of [old, recent, old, more]) {
      const { done, exported } = await build(commit);
      expect(done.buildStatus, recipes.lines.slice(-60).join('\n')).toBe('SUCCEEDED');
      const { folder } = unpacked(
        await recipes.imageAt(`ini-${manager}`, commit),
        recipes.folder,
        `${manager}-${seen.length}`,
      );
      const env = { ...process.env, PYTHONPATH: join(folder, 'app/packages') };
      const said = execFileSync('python3', ['main.py'], { cwd: join(folder, 'app'), env, encoding: 'utf8' });
      seen.push([exported.DROVER_CACHE, said.trim()]);
    }
    expect(seen).toEqual([
      ['cold: there is no archive of this toolchain', '2.0.0'],
      ['older', '2.1.0'],
      ['hit', '2.0.0'],
      ['hit', '2.1.0'],
    ]);
  });
});
