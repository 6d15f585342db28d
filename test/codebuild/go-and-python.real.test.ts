import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newCodebaseFiles } from '../../lib/template/template.ts';
import { missingTools } from '../../local/tools.ts';
import { type Recipes, startRecipes } from './recipe-service.ts';
import { unpacked } from './unpacked.ts';

const hasGo = missingTools(['go']).length === 0;
const hasPython = missingTools(['python3']).length === 0;

let recipes: Recipes;
beforeAll(async () => {
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

const sample = (name: string, language: string, codebase = name, said: Record<string, string> = {}) =>
  recipes.codebase(codebase, language, newCodebaseFiles(language, name), said);

/** Starts what an image runs; it answers with the commit, is ready, and ends by itself with 0 when it is told to. */
async function servesAndDrains(program: string, words: string[], cwd: string): Promise<void> {
  const env = { PATH: process.env.PATH ?? '', PORT: '0', DROVER_COMMIT: '4f2a1c' };
  const child = spawn(program, words, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [said] = await once(child.stdout, 'data');
  const url = `http://127.0.0.1:${/listens on (\d+)/.exec(String(said))?.[1]}`;
  expect(await (await fetch(url)).text()).toContain('4f2a1c');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
}

describe('the Go recipe', { timeout: 180_000 }, () => {
  test('has go, wherever it must not be passed over', () => {
    expect(hasGo || !process.env.CI).toBe(true);
  });

  test.runIf(hasGo)('builds it too where the codebase says its own install step', async () => {
    const { repository, build } = sample('chime', 'go', 'chime-own', { DROVER_STEP_INSTALL: 'go mod download' });
    const { exported } = await build(repository.commit({}));
    expect(exported.DROVER_REASON).toBeUndefined();
    expect(exported.DROVER_DIGEST).toMatch(/^sha256:/);
  });

  test.runIf(hasGo)(
    'builds chime: one static program that says its commit, the same when it is built again',
    async () => {
      const { repository, build } = sample('chime', 'go');
      const commit = repository.commit({});

      const { done, exported, record } = await build(commit);

      expect(done.buildStatus, recipes.lines.slice(-60).join('\n')).toBe('SUCCEEDED');
      expect(exported).toMatchObject({ DROVER_COMMIT: commit });
      expect(record?.reports).toMatchObject([{ status: 'SUCCEEDED', total: 5, failed: 0 }]);
      const image = await recipes.imageAt('chime', commit);
      expect(image).toMatchObject({ digest: exported.DROVER_DIGEST, config: { Entrypoint: ['/app/chime'] } });
      const { folder, names } = unpacked(image, recipes.folder, 'chime');
      expect(names).toEqual(['app/', 'app/.drover-commit', 'app/chime', 'tmp/']);
      expect(execFileSync('go', ['version', '-m', join(folder, 'app/chime')], { encoding: 'utf8' })).toContain(
        `vcs.revision=${commit}`,
      );
      await servesAndDrains(join(folder, 'app/chime'), [], folder);

      const again = await build(commit);
      expect(again.exported).toMatchObject({
        DROVER_CACHE: "hit: this machine's own",
        DROVER_DIGEST: exported.DROVER_DIGEST,
      });
    },
  );

  test.runIf(hasGo)('what gofmt, vet and a test find is told together, and nothing is pushed', async () => {
    const { repository, build } = sample('chime', 'go', 'chime-broken');
    const commit = repository.commit({
      'answer.go':
        'package main\n\nimport ("net/http"; "sync/atomic"; "fmt")\n\nfunc answers(commit string, draining *atomic.Bool) http.Handler {\n\tfmt.Printf("%d\\n", commit)\n\treturn http.NewServeMux()\n}\n',
    });

    const { done, exported } = await build(commit);

    expect(done.buildStatus).toBe('FAILED');
    expect(exported.DROVER_REASON).toMatch(
      /^fmt: gofmt would change answer\.go; vet failed .*Printf.*; test: 3 of 4 failed: TestAnswers\/says_its_commit: /,
    );
    expect(await recipes.imageAt('chime-broken', commit)).toBeUndefined();
  });
});

describe('the Python recipe', { timeout: 180_000 }, () => {
  test('has python3, wherever it must not be passed over', () => {
    expect(hasPython || !process.env.CI).toBe(true);
  });

  test.runIf(hasPython)('builds quill: what is in git, the same when it is built again', async () => {
    const { repository, build } = sample('quill', 'python');
    const commit = repository.commit({});

    const { done, exported, record } = await build(commit);

    expect(done.buildStatus, recipes.lines.slice(-60).join('\n')).toBe('SUCCEEDED');
    expect(record?.reports).toMatchObject([{ status: 'SUCCEEDED', total: 4, failed: 0 }]);
    const image = await recipes.imageAt('quill', commit);
    expect(image).toMatchObject({
      digest: exported.DROVER_DIGEST,
      config: { Entrypoint: ['python3', 'main.py'], Env: expect.arrayContaining(['PYTHONPATH=/app/packages']) },
    });
    const { folder, names } = unpacked(image, recipes.folder, 'quill');
    expect(names).toContain('app/answer.py');
    await servesAndDrains('python3', ['main.py'], join(folder, 'app'));
    expect((await build(commit)).exported.DROVER_DIGEST).toBe(exported.DROVER_DIGEST);
  });

  test.runIf(hasPython)('a file that is no Python and a failing test are told together', async () => {
    const { repository, build } = sample('quill', 'python', 'quill-broken');
    const commit = repository.commit({ 'other.py': 'def (:\n', 'answer.py': 'def answer(*_):\n    return 200, ""\n' });

    const { exported } = await build(commit);

    // Side by side: whichever ended first is told first.
    const reasons = exported.DROVER_REASON?.split('; ') ?? [];
    expect(reasons.toSorted()).toEqual([
      'check failed with exit status 1: error: other.py:1: invalid syntax',
      expect.stringMatching(/^test: 3 of 4 failed: test_/),
    ]);
    expect(await recipes.imageAt('quill-broken', commit)).toBeUndefined();
  });
});
