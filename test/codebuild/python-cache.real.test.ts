import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** The lockfile of these files as uv itself writes it. */
function uvLock(files: Record<string, string>): string {
  const [tools, folder] = [join(recipes.folder, 'uv'), mkdtempSync(join(recipes.folder, 'lock-'))];
  if (!existsSync(tools)) {
    execFileSync('python3', ['-m', 'venv', tools], { stdio: 'ignore' });
    execFileSync(join(tools, 'bin/pip'), ['install', '--quiet', 'uv==0.13.9'], { stdio: 'ignore' });
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  execFileSync(join(tools, 'bin/uv'), ['lock', '--quiet'], { cwd: folder, stdio: 'ignore' });
  return readFileSync(join(folder, 'uv.lock'), 'utf8');
}

describe.runIf(hasPython).each([
  // Built from source, for whether a registry lets pip keep what it fetched is up to the registry.
  ['pip', (version: string) => ({ 'requirements.txt': `--no-binary iniconfig\niniconfig==${version}\n` })],
  [
    'uv',
    (version: string) => ({
      'pyproject.toml': pyproject(version),
      'uv.lock': uvLock({ 'pyproject.toml': pyproject(version) }),
    }),
  ],
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

describe.runIf(hasPython)('a uv workspace', () => {
  const member = (name: string, ...lines: string[]) =>
    `[project]\nname = "${name}"\nversion = "1"\nrequires-python = ">=3.10"\n${lines.join('\n')}\n[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n`;
  const files = {
    'pyproject.toml': '[tool.uv.workspace]\nmembers = ["words", "services/*"]\n',
    'words/pyproject.toml': member('words'),
    'words/words.py': "WORD = 'words'\n",
    'services/shop/pyproject.toml': member(
      'shop',
      'dependencies = ["words", "iniconfig==2.0.0"]',
      '[project.scripts]\nshop = "shop:main"',
      '[tool.uv.sources]\nwords = { workspace = true }',
    ),
    'services/shop/shop.py':
      'import iniconfig\nimport words\n\n\ndef main():\n    print(words.WORD, iniconfig.__name__, open("here.txt").read().strip())\n',
    'services/shop/here.txt': 'in shop\n',
    'services/shop/tests/__init__.py': '',
    'services/shop/tests/test_shop.py':
      'import unittest\n\nimport words\n\n\nclass Shop(unittest.TestCase):\n    def test_words(self):\n        self.assertEqual(words.WORD, "words")\n',
  };

  test('builds the package that is named, with those that it stands on', { timeout: 300_000 }, async () => {
    const { repository, build } = recipes.codebase('uv-shop', 'python', undefined, { DROVER_PACKAGE: 'shop' });
    const commit = repository.commit({ ...files, 'uv.lock': uvLock(files) });
    const { done, exported, record } = await build(commit);
    expect(done.buildStatus, `${exported.DROVER_REASON}\n${recipes.lines.slice(-60).join('\n')}`).toBe('SUCCEEDED');
    expect(record?.reports).toMatchObject([{ status: 'SUCCEEDED', total: 1, failed: 0 }]);
    const image = await recipes.imageAt('uv-shop', commit);
    expect(image?.config).toMatchObject({
      Entrypoint: ['python3', '../../packages/bin/shop'],
      WorkingDir: '/app/services/shop',
    });
    const { folder } = unpacked(image, recipes.folder, 'uv-shop');
    const env = { ...process.env, PYTHONPATH: join(folder, 'app/packages') };
    const cwd = join(folder, 'app/services/shop');
    const said = execFileSync('python3', ['../../packages/bin/shop'], { cwd, env, encoding: 'utf8' });
    expect(said).toBe('words iniconfig in shop\n');
  });
});
