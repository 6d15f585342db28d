import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFacts } from '../../lib/build/facts.ts';
import { newCodebaseFiles } from '../../lib/template/template.ts';
import { type Recipes, startRecipes } from './recipe-service.ts';

/** The real recipes on the real samples, through the local CodeBuild, into the local registry. */
const hasCargo = commandWorks('cargo', ['--version']);

function commandWorks(program: string, args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let recipes: Recipes;
beforeAll(async () => {
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

/** A sample as a repository of its own. */
const sample = (name: string, language: string, codebase = name, said: Record<string, string> = {}) =>
  recipes.codebase(codebase, language, newCodebaseFiles(language, name), said);

/** What an image runs: it answers with its commit, is ready, and ends by itself with 0 when it is told to. */
async function servesAndDrains(program: string, words: string[], cwd: string): Promise<void> {
  const env = { PATH: process.env.PATH ?? '', PORT: '0', DROVER_COMMIT: '4f2a1c' };
  const child = spawn(program, words, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [said] = await once(child.stdout, 'data');
  const url = `http://127.0.0.1:${/listens on (\d+)/.exec(String(said))?.[1]}`;
  const answer = await fetch(url);
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('4f2a1c')]);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
}

/** Whether a 64-bit ELF program has a segment of type PT_INTERP (3), which a static one has not (elf(5)). */
function asksForLoader(program: Buffer): boolean {
  const [at, size, count] = [Number(program.readBigUInt64LE(32)), program.readUInt16LE(54), program.readUInt16LE(56)];
  return Array.from({ length: count }, (_, index) => program.readUInt32LE(at + index * size)).includes(3);
}

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
      { rm: undefined, files: { '.nvmrc': 'v12.1.0\n' } },
      'install: the codebase asks for Node 12.1.0, here is v',
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

describe('the Rust recipe', () => {
  test('has cargo, wherever it must not be passed over', () => {
    if (!hasCargo) console.warn('cargo is not on this machine: the Rust recipe is not tried');
    expect(hasCargo || !process.env.CI).toBe(true);
  });

  test.runIf(hasCargo)('builds stamp into an image that holds one static program', { timeout: 120_000 }, async () => {
    const { repository, build } = sample('stamp', 'rust');
    const commit = repository.commit({});

    const { done, exported, record } = await build(commit);

    expect(done.buildStatus, recipes.lines.join('\n')).toBe('SUCCEEDED');
    const image = await recipes.imageAt('stamp', commit);
    expect(image?.digest).toBe(exported.DROVER_DIGEST);
    expect(image?.config.Entrypoint).toEqual(['/app/stamp']);
    expect(record?.reports).toMatchObject([{ status: 'SUCCEEDED', total: 5, failed: 0 }]);
    expect(parseFacts(exported.DROVER_FACTS)).toMatchObject({ tests: { total: 5, failed: 0 }, compiled: 1 });
    const program = join(recipes.folder, 'codebuild/work/drover-stamp/.drover-work/image/stamp');
    expect(existsSync(program)).toBe(true);
    await servesAndDrains(program, [], recipes.folder);
    if (process.platform === 'linux') expect(asksForLoader(readFileSync(program))).toBe(false);
  });

  test.runIf(hasCargo)(
    'what clippy refuses is said in one line, and nothing is pushed',
    { timeout: 120_000 },
    async () => {
      const { repository, build } = sample('stamp', 'rust', 'stamp-lint');
      const main = newCodebaseFiles('rust', 'stamp')['src/main.rs'];
      const commit = repository.commit({
        'src/main.rs': `${main}
pub fn same(a: u8) -> bool {
    a == a
}
`,
      });

      const { done, exported } = await build(commit);

      expect(done.buildStatus).toBe('FAILED');
      expect(exported.DROVER_REASON).toMatch(/^clippy failed with exit status 101: error: equal expressions/);
      expect(await recipes.imageAt('stamp-lint', commit)).toBeUndefined();
    },
  );
});
