import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { StopBuildCommand } from '@aws-sdk/client-codebuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Recipes, startRecipes } from './recipe-service.ts';

/** Steps side by side in a real recipe, through the local CodeBuild; the steps themselves are what a codebase says in their place. */
let recipes: Recipes;
beforeAll(async () => {
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

/** The Go recipe without Go, its program chosen beforehand: two chains, `vet test` and `build`. */
function steps(name: string, cores: number, said: Record<string, string>) {
  const all = { INSTALL: 'touch "$work/program"', FMT: 'true', VET: 'true', TEST: 'true', BUILD: 'true', ...said };
  const { repository, build } = recipes.codebase(name, 'go', undefined, {
    DROVER_CORES: String(cores),
    ...Object.fromEntries(Object.entries(all).map(([step, command]) => [`DROVER_STEP_${step}`, command])),
  });
  return { build: () => build(repository.commit({ 'a.txt': 'a' })) };
}

/** Waits for a file that another step writes: both run at once, or the test does not end. */
const until = (file: string) => `until [ -e "$work/${file}" ]; do sleep 0.02; done`;

test('two that fail side by side are both told, and no line of one is among the lines of the other', async () => {
  const from = recipes.lines.length;
  const { build } = steps('both', 2, {
    VET: `touch "$work/a"; echo vet 1; ${until('b')}; echo vet 2; touch "$work/c"; until grep -qs build "$work/reasons"; do sleep 0.02; done; echo "drover: vet is wrong"; exit 3`,
    BUILD: `${until('a')}; echo build 1; touch "$work/b"; ${until('c')}; echo build 2; echo "drover: build is wrong"; exit 4`,
    TEST: 'echo tested; exit 1',
  });

  const { done, exported } = await build();

  expect(done.buildStatus).toBe('FAILED');
  expect(exported.DROVER_REASON?.split('; ')).toEqual([
    'vet: vet is wrong',
    'test failed with exit status 1: tested',
    'build: build is wrong',
  ]);
  const log = recipes.lines.slice(from).join('\n');
  expect(log).toMatch(/▸ vet\n.*\nvet 1\nvet 2\ndrover: vet is wrong\n[^\n]*\n▸ build\n/);
  expect(log).toMatch(/▸ build\n.*\nbuild 1\nbuild 2\ndrover: build is wrong\n/);
  expect(log).toContain('drover: failed: ');
  expect(exported.DROVER_DIGEST).toBeUndefined();
});

test('on one core they run in order, and nothing is made of what failed', async () => {
  const from = recipes.lines.length;
  const { build } = steps('order', 1, { VET: 'exit 1', TEST: 'echo tested', BUILD: 'touch "$work/built"; echo made' });

  const { exported } = await build();

  expect(exported.DROVER_REASON).toMatch(/^vet failed with exit status 1/);
  const said = recipes.lines.slice(from);
  expect(said).toContain('tested');
  expect(said).toContain('drover: build is left out, since vet failed');
  expect(said).not.toContain('made');
});

test('a build that is stopped leaves no step that goes on writing', async () => {
  const forever = (file: string) =>
    `trap "" TERM; while :; do date +%N > "${recipes.folder}/${file}"; sleep 0.02; done`;
  const { build } = steps('stopped', 2, { VET: forever('vet'), BUILD: forever('build') });
  const ended = build();
  const written = () => ['vet', 'build'].map((file) => readFileSync(`${recipes.folder}/${file}`, 'utf8'));
  while (!existsSync(`${recipes.folder}/vet`) || !existsSync(`${recipes.folder}/build`)) await wait(20);

  await recipes.client.send(new StopBuildCommand({ id: recipes.lastBuild() }));

  expect((await ended).done.buildStatus).toBe('STOPPED');
  // What does not end by itself is killed soon after: when that is, the machine decides.
  await expect
    .poll(
      async () => {
        const last = written();
        await wait(300);
        return written().every((text, at) => text === last[at]);
      },
      { timeout: 15_000 },
    )
    .toBe(true);
});
