import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFacts } from '../../lib/build/facts.ts';
import { newCodebaseFiles } from '../../lib/template/template.ts';
import { type Recipes, startRecipes } from './recipe-service.ts';
import { servesAndDrains } from './serves-and-drains.ts';

/** The real recipes on the real samples, through the local CodeBuild, into the local registry. */
let recipes: Recipes;
beforeAll(async () => {
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

/** A sample as a repository of its own. */
const sample = (name: string, language: string, codebase = name, said: Record<string, string> = {}) =>
  recipes.codebase(codebase, language, newCodebaseFiles(language, name), said);

describe('the Node recipe', { timeout: 120_000 }, () => {
  test('builds hello: a digest that says its commit, the same when it is built again, tests in the report', async () => {
    const { repository, build } = sample('hello', 'node', 'hello', { DROVER_STEP_CHECK: 'touch left-by-check' });
    const commit = repository.commit({});

    const first = await build(commit);

    expect(first.done.buildStatus, recipes.lines.join('\n')).toBe('SUCCEEDED');
    expect(first.exported).toMatchObject({
      DROVER_COMMIT: commit,
      DROVER_CACHE: 'cold: there is no archive of this toolchain',
    });
    const image = await recipes.imageAt('hello', commit);
    expect(image?.digest).toBe(first.exported.DROVER_DIGEST);
    expect(image?.config).toMatchObject({
      Entrypoint: ['node', 'server.js'],
      WorkingDir: '/app',
      User: '65532:65532',
      Env: [`DROVER_COMMIT=${commit}`, 'NODE_ENV=production'],
      Labels: {
        'org.opencontainers.image.revision': commit,
        'org.opencontainers.image.created': '2026-01-02T03:04:05Z',
      },
    });
    expect(first.record?.reports).toMatchObject([{ status: 'SUCCEEDED', total: 3, failed: 0 }]);
    const facts = parseFacts(first.exported.DROVER_FACTS);
    expect(facts?.steps?.map(({ name, result }) => `${name} ${result}`)).toEqual(
      ['commit', 'install', 'check', 'build', 'test', 'image'].map((name) => `${name} passed`),
    );
    expect(facts).toMatchObject({
      tests: { total: 3, failed: 0, skipped: 0 },
      cache: first.exported.DROVER_CACHE,
      image: { bytes: image?.bytes },
    });
    expect(facts).not.toHaveProperty('tail');

    const folder = join(recipes.folder, 'codebuild/work/drover-hello/.drover-work/image');
    expect(existsSync(join(folder, 'left-by-check'))).toBe(false);
    await servesAndDrains('node', ['server.js'], folder);

    const again = await build(commit);
    expect(again.exported.DROVER_DIGEST).toBe(first.exported.DROVER_DIGEST);
    expect(recipes.lines.some((line) => line.includes('was there already'))).toBe(true);
  });

  test('a failing test: no image, and the test named in one line', async () => {
    const { repository, build } = sample('hello', 'node', 'hello-broken');
    repository.commit({});
    const commit = repository.commit({
      'greeting.js': 'export const greeting = () => "goodbye";\n',
    });

    const { done, exported, record } = await build(commit);

    expect(done.buildStatus).toBe('FAILED');
    expect(exported.DROVER_REASON).toMatch(/^test: 1 of 3 failed: says which commit it is: /);
    expect(exported.DROVER_DIGEST).toBeUndefined();
    expect(done.phases?.find(({ phaseType }) => phaseType === 'BUILD')?.contexts?.[0]?.message).toMatch(
      /^Error while executing command: \$passed/,
    );
    expect(await recipes.imageAt('hello-broken', commit)).toBeUndefined();
    expect(record?.reports).toMatchObject([{ status: 'FAILED', total: 3, failed: 1 }]);
    const facts = parseFacts(exported.DROVER_FACTS);
    expect(facts?.steps?.at(-1)).toMatchObject({ name: 'test', result: 'failed' });
    expect(facts?.tests).toMatchObject({ total: 3, failed: 1, failures: [{ name: 'says which commit it is' }] });
    expect(facts?.tests?.failures?.[0]?.text).toContain('goodbye');
    expect(facts?.tail).toMatchObject({
      step: 'test',
      lines: expect.arrayContaining(['✖ failing tests:']),
    });
    expect(facts).not.toHaveProperty('image');
  });

  test.each([
    ['no lockfile', { rm: 'package-lock.json', files: {} }, 'install: there is no lockfile: commit package-lock.json'],
    [
      'two lockfiles',
      { rm: undefined, files: { 'yarn.lock': '' } },
      'install: there are lockfiles of npm yarn: keep one',
    ],
    [
      'another Node',
      { rm: undefined, files: { '.nvmrc': 'v21.1.0\n' } },
      'install: the codebase asks for Node 21.1.0, here is v',
    ],
    [
      'a Node on which the recipe does not run',
      { rm: undefined, files: { '.nvmrc': '18\n' } },
      'install: the codebase asks for Node 18: nothing older than Node 20 is built',
    ],
    [
      'a lock that does not fit',
      { rm: undefined, files: { 'package.json': '{"name":"hello","dependencies":{"ms":"2.1.3"}}' } },
      'install failed with exit status 1: npm error `npm ci` can only install packages',
    ],
  ])('%s ends in one plain line', async (name, { rm, files }, reason) => {
    const { repository, build } = sample('hello', 'node', name.replaceAll(' ', '-').toLowerCase());
    if (rm) {
      repository.commit({});
      repository.git('rm', '--quiet', rm);
    }
    const commit = repository.commit(files);

    const { done, exported } = await build(commit);

    expect(done.buildStatus).toBe('FAILED');
    expect(exported.DROVER_REASON).toContain(reason);
  });
});
