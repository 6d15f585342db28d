import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Recipes, startRecipes } from './recipe-service.ts';

/** The Node recipe with each package manager itself, and a package from the npm registry. */
let recipes: Recipes;
beforeAll(async () => {
  const registry = execFileSync('npm', ['config', 'get', 'registry'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // Yarn 4 does not read npm's settings.
  process.env.YARN_NPM_REGISTRY_SERVER ??= registry.trim().replace(/\/$/, '');
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

describe.each([
  ['npm', undefined, ['install', '--package-lock-only', '--no-audit', '--no-fund'], {}],
  ['pnpm', 'pnpm@9.15.9', ['install', '--lockfile-only'], {}],
  ['pnpm 10', 'pnpm@10.34.9', ['install', '--lockfile-only'], {}],
  ['yarn', 'yarn@1.22.22', ['install', '--ignore-scripts', '--non-interactive'], {}],
  ['yarn 4', '@yarnpkg/cli-dist@4.5.3', ['install'], { '.yarnrc.yml': 'nodeLinker: node-modules\n' }],
])('%s', (name, tool, lock, files) => {
  test('installs by its lockfile, and the image holds the packages of production alone', {
    timeout: 300_000,
  }, async () => {
    const codebase = name.replace(' ', '');
    const { repository, build } = recipes.codebase(codebase, 'node');
    repository.commit({
      ...files,
      '.gitignore': 'node_modules\n.yarn\n',
      'index.js': "console.log(require('ms')(60000), process.env.DROVER_COMMIT ?? '');\n",
      // As Vitest does it by itself: how long tests took lies among the packages.
      'test.js': `const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
mkdirSync('node_modules/.vite/vitest', { recursive: true });
writeFileSync('node_modules/.vite/vitest/results.json', String(process.hrtime.bigint()));
appendFileSync('index.js', '// changed by a test');
require('is-odd')(3) || process.exit(1);\n`,
      'package.json': JSON.stringify({
        name: codebase,
        version: '1.0.0',
        private: true,
        ...(tool ? { packageManager: tool.replace('@yarnpkg/cli-dist', 'yarn') } : {}),
        scripts: { start: 'node index.js', test: 'node test.js' },
        dependencies: { ms: '2.1.3' },
        devDependencies: { 'is-odd': '3.0.1' },
      }),
    });
    const tools = join(recipes.folder, `tools-${codebase}`);
    mkdirSync(tools);
    // Yarn and pnpm make no lockfile where they believe themselves in CI.
    const env = { ...process.env, CI: '', YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' };
    const quiet = { cwd: repository.folder, stdio: 'ignore' as const, env };
    if (tool)
      execFileSync('npm', ['install', '--prefix', tools, '--no-audit', '--no-fund', tool], { ...quiet, cwd: tools });
    execFileSync(tool ? join(tools, 'node_modules/.bin', name.split(' ')[0] ?? '') : 'npm', lock, quiet);

    const commit = repository.commit({});
    const { done, exported } = await build(commit);

    expect(done.buildStatus, `${exported.DROVER_REASON}\n${recipes.lines.slice(-60).join('\n')}`).toBe('SUCCEEDED');
    const image = await recipes.imageAt(codebase, commit);
    const unpacked = join(recipes.folder, `unpacked-${codebase}`);
    mkdirSync(unpacked);
    writeFileSync(join(unpacked, 'layer'), image?.layer ?? '');
    execFileSync('tar', ['-xzf', 'layer'], { cwd: unpacked });
    const said = execFileSync('node', ['index.js'], { cwd: join(unpacked, 'app'), encoding: 'utf8' });
    expect(said.trim()).toBe('1m');
    const listing = execFileSync('tar', ['-tzf', 'layer'], { cwd: unpacked, encoding: 'utf8' });
    expect(listing).toContain('node_modules/ms/');
    expect(listing).not.toContain('/is-odd/');
    expect(listing).not.toContain('.vite');
    expect(readFileSync(join(unpacked, 'app/index.js'), 'utf8')).not.toContain('changed by a test');
    expect(exported.DROVER_CACHE).toBe('cold: there is no archive of this toolchain');
    expect((await build(commit)).exported).toMatchObject({
      DROVER_DIGEST: exported.DROVER_DIGEST,
      DROVER_CACHE: 'hit',
    });
  });
});
