import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Recipes, startRecipes } from './recipe-service.ts';
import { unpacked } from './unpacked.ts';

/** One repository, several packages: the one that is named becomes the image, with what it stands on and nothing else. */
let recipes: Recipes;
beforeAll(async () => {
  const words = ['config', 'get', 'registry'];
  const registry = execFileSync('npm', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  // Yarn 4 does not read npm's settings.
  process.env.YARN_NPM_REGISTRY_SERVER ??= registry.trim().replace(/\/$/, '');
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

const service = (name: string) => ({
  [`services/${name}/package.json`]: JSON.stringify({
    name: `@herd/${name}`,
    version: '1.0.0',
    scripts: { start: 'node dist/main.js', build: 'mkdir -p dist && cp main.js dist/', test: 'node --test' },
    dependencies: { '@herd/words': '1.0.0', ms: '2.1.3' },
  }),
  [`services/${name}/main.js`]: `console.log('${name}', require('@herd/words'), require('ms')(60000), require('node:fs').readFileSync('here.txt', 'utf8').trim());\n`,
  [`services/${name}/here.txt`]: `in ${name}\n`,
  [`services/${name}/main.test.js`]:
    "require('node:test').test('has words built first', () => require('@herd/words'));\n",
});
const files = {
  '.gitignore': 'node_modules\ndist\n.yarn\n',
  'packages/words/package.json': JSON.stringify({
    name: '@herd/words',
    version: '1.0.0',
    main: 'dist/words.js',
    scripts: { build: 'mkdir -p dist && cp words.js dist/' },
  }),
  'packages/words/words.js': "module.exports = 'words';\n",
  ...service('shop'),
  ...service('till'),
};
const root = { name: 'herd', private: true, workspaces: ['packages/*', 'services/*'] };

describe.each([
  ['npm', undefined, ['install', '--package-lock-only', '--no-audit', '--no-fund'], {}],
  [
    'pnpm',
    'pnpm@9.15.9',
    ['install', '--lockfile-only'],
    {
      'pnpm-workspace.yaml': 'packages:\n  - packages/*\n  - services/*\n',
      '.npmrc': 'link-workspace-packages=true\n',
    },
  ],
  ['yarn', 'yarn@1.22.22', ['install', '--ignore-scripts', '--non-interactive'], {}],
  ['yarn 4', '@yarnpkg/cli-dist@4.5.3', ['install'], { '.yarnrc.yml': 'nodeLinker: node-modules\n' }],
])('%s', (name, tool, lock, more) => {
  test('builds the package that is named, after those that it stands on', { timeout: 300_000 }, async () => {
    const codebase = `ws-${name.replace(' ', '')}`;
    const { repository, build } = recipes.codebase(codebase, 'node', undefined, { DROVER_PACKAGE: 'shop' });
    const packageManager = tool ? { packageManager: tool.replace('@yarnpkg/cli-dist', 'yarn') } : {};
    repository.commit({ ...files, ...more, 'package.json': JSON.stringify({ ...root, ...packageManager }) });
    const tools = join(recipes.folder, `tools-${codebase}`);
    const env = { ...process.env, CI: '', YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' };
    const quiet = { cwd: repository.folder, stdio: 'ignore' as const, env };
    if (tool) execFileSync('npm', ['install', '--prefix', tools, '--no-audit', '--no-fund', tool], quiet);
    execFileSync(tool ? join(tools, 'node_modules/.bin', name.split(' ')[0] ?? '') : 'npm', lock, quiet);

    const commit = repository.commit({});
    const { done, exported, record } = await build(commit);

    expect(done.buildStatus, `${exported.DROVER_REASON}\n${recipes.lines.slice(-60).join('\n')}`).toBe('SUCCEEDED');
    expect(record?.reports).toMatchObject([{ status: 'SUCCEEDED', total: 1, failed: 0 }]);
    const image = await recipes.imageAt(codebase, commit);
    expect(image?.config).toMatchObject({ Entrypoint: ['node', 'dist/main.js'], WorkingDir: '/app/services/shop' });
    const { folder, names } = unpacked(image, recipes.folder, `of-${codebase}`);
    const said = execFileSync('node', ['dist/main.js'], { cwd: join(folder, 'app/services/shop'), encoding: 'utf8' });
    expect(said).toBe('shop words 1m in shop\n');
    expect(names.filter((path) => path.includes('till'))).toEqual([]);
    expect((await build(commit)).exported.DROVER_DIGEST).toBe(exported.DROVER_DIGEST);
  });
});
