// What goes wrong outside the codebase's files: the commit, the registry, the tag. Each ends in one line, and nothing half-pushed is a release.
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BuildAnswer } from '../../lib/build/build-answer.ts';
import { observe } from '../../lib/build/observe.ts';
import { listen } from '../../local/http/listen.ts';
import { type Recipes, startRecipes } from './recipe-service.ts';
import { unpacked } from './unpacked.ts';

let recipes: Recipes;
beforeAll(async () => {
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

const lock = { name: 'x', version: '1.0.0', lockfileVersion: 3, packages: { '': { name: 'x', version: '1.0.0' } } };
const files = {
  'package.json': JSON.stringify({ name: 'x', version: '1.0.0', private: true, scripts: { start: 'node a.js' } }),
  'package-lock.json': JSON.stringify(lock),
  'a.js': 'console.log(1);\n',
};
/** Checks and tests are not what is tried here. */
const quick = { DROVER_STEP_CHECK: 'true', DROVER_STEP_TEST: 'true', DROVER_STEP_INSTALL: 'true' };

describe('ends in one plain line', { timeout: 60_000 }, () => {
  test('a commit that a force-push took away before the build began', async () => {
    const { repository, build } = recipes.codebase('gone', 'node', undefined, quick);
    repository.commit(files);
    const { done } = await build('d'.repeat(40));
    expect(observe(BuildAnswer.parse(done))).toMatchObject({
      kind: 'failed',
      reason: `DOWNLOAD_SOURCE: reference not found for primary source and source version ${'d'.repeat(40)}`,
    });
  });

  test.each([
    ['refuses', 403, 'image: the registry 127.0.0.1:PORT answered 403 to an upload of drover/refuses'],
    ['is out of order', 503, 'image: the registry 127.0.0.1:PORT'],
  ])('a registry that %s', async (name, status, reason) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      // It lets itself be read, as one does whose disk is full or whose rights are half given.
      const reading = request.method === 'GET' || request.method === 'HEAD';
      response.writeHead(reading ? 404 : status, { 'content-type': 'application/json' }).end('{}');
    });
    const listening = await listen(server, 0, 'A registry');
    const said = { ...quick, DROVER_REGISTRY: `127.0.0.1:${listening.port}`, DROVER_KEEPS_CACHE: 'no' };
    const { repository, build } = recipes.codebase(name.replaceAll(' ', '-'), 'node', undefined, said);
    const { done, exported } = await build(repository.commit(files));
    await listening.close();
    const observed = observe(BuildAnswer.parse(done));
    expect(observed).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining(reason.replace('PORT', String(listening.port))),
    });
    expect(exported.DROVER_DIGEST).toBeUndefined();
    expect(asked.filter((one) => one.startsWith('PUT /v2/drover') && one.includes('/manifests/'))).toEqual([]);
  });

  // With the same digest it is fine: recipes.test.ts builds a commit twice.
  test("a commit's tag that exists with another digest stays, and both are named", async () => {
    const DROVER_STEP_BUILD = 'od -N 8 /dev/urandom > never-the-same';
    const { repository, build } = recipes.codebase('tagged', 'node', undefined, { ...quick, DROVER_STEP_BUILD });
    const commit = repository.commit(files);
    const first = await build(commit);
    expect(first.done.buildStatus, recipes.lines.join('\n')).toBe('SUCCEEDED');
    const { done, exported } = await build(commit);
    const told = `image: drover/tagged:${commit} exists with ${first.exported.DROVER_DIGEST}, this build made sha256:`;
    expect(observe(BuildAnswer.parse(done))).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining(told.slice(0, 150)),
    });
    expect(exported.DROVER_DIGEST).toBeUndefined();
    expect((await recipes.imageAt('tagged', commit))?.digest).toBe(first.exported.DROVER_DIGEST);
  });
});

test('files named like options are files', { timeout: 60_000 }, async () => {
  const { repository, build } = recipes.codebase('options', 'node', undefined, quick);
  const odd = [
    '--help',
    '-rf',
    '--checkpoint-action=exec=touch owned',
    '--use-compress-program=false',
    "it's $(touch owned)",
  ];
  const commit = repository.commit({ ...files, ...Object.fromEntries(odd.map((name) => [name, `${name} is text\n`])) });
  const { done } = await build(commit);
  expect(done.buildStatus, recipes.lines.join('\n')).toBe('SUCCEEDED');
  const image = await recipes.imageAt('options', commit);
  const { names } = unpacked(image, recipes.folder, 'options');
  expect(names).toEqual(
    expect.arrayContaining(odd.map((name) => expect.stringMatching(new RegExp(`(^|/)${escaped(name)}$`)))),
  );
  expect(names.filter((name) => name.endsWith('/owned'))).toEqual([]);
});

const escaped = (text: string): string => text.replace(/[$()]/g, '\\$&');
