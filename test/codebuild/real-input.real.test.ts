import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchPackage } from './fetch-package.ts';
import { type Recipes, startRecipes } from './recipe-service.ts';
import { unpacked } from './unpacked.ts';

/** Programs that others published, built as they are, or with what codebases.yml may say of a step (`said`). */
const programs: Program[] = [
  { language: 'node', from: 'npm', name: 'nanoid', version: '3.3.11', words: ['--size', '7'], answers: /^[\w-]{7}$/ },
  {
    language: 'node',
    from: 'npm',
    name: 'uglify-js',
    version: '3.19.3',
    // What is published has no tests of its own.
    said: { DROVER_STEP_TEST: 'node bin/uglifyjs --version' },
    words: ['--version'],
    answers: /^uglify-js 3\.19\.3$/,
  },
  {
    language: 'go',
    from: 'go',
    name: 'github.com/rakyll/hey',
    version: 'v0.1.5',
    // Formatted as an older gofmt did it.
    said: { DROVER_STEP_FMT: 'true' },
    words: ['-h'],
    answers: /Usage: hey \[options\.\.\.\] <url>/,
  },
  {
    language: 'python',
    from: 'python',
    name: 'sqlparse',
    version: '0.5.3',
    // It names pytest nowhere that is read, so the step brings it.
    said: {
      DROVER_STEP_TEST:
        '"$work/venv/bin/python" -m pip install --quiet pytest==8.4.2 && "$work/venv/bin/python" -m pytest -q',
    },
    words: ['--version'],
    answers: /^0\.5\.3$/,
  },
  {
    language: 'rust',
    from: 'rust',
    name: 'b3sum',
    version: '1.8.2',
    words: ['--version'],
    answers: /^b3sum 1\.8\.2$/,
    // A newer compiler than the crate's knows warnings that its authors did not; its tests want the repository's test vectors.
    said: { DROVER_STEP_CLIPPY: 'cargo clippy --locked', DROVER_STEP_TEST: 'true' },
  },
];

type Program = {
  language: 'node' | 'go' | 'python' | 'rust';
  from: keyof typeof fetchPackage;
  name: string;
  version: string;
  said?: Record<string, string>;
  words: string[];
  answers: RegExp;
};

let recipes: Recipes;
beforeAll(async () => {
  recipes = await startRecipes();
});
afterAll(() => recipes.close());

describe('what others published becomes an image whose command answers', { timeout: 900_000 }, () => {
  test.each(programs)('$name ($language)', async ({ language, from, name, version, said, words, answers }) => {
    const codebase = name.split('/').at(-1) ?? name;
    const source = join(recipes.folder, `source-${codebase}`);
    mkdirSync(source);
    fetchPackage[from](name, version, source);
    const { repository, build } = recipes.codebase(codebase, language, source, said);
    const commit = repository.commit({});

    const { done, exported } = await build(commit);

    expect(done.buildStatus, `${exported.DROVER_REASON}\n${recipes.lines.slice(-40).join('\n')}`).toBe('SUCCEEDED');
    const image = await recipes.imageAt(codebase, commit);
    expect(image?.digest).toBe(exported.DROVER_DIGEST);
    const { folder } = unpacked(image, recipes.folder, codebase);
    const [program = '', ...rest] = image?.config.Entrypoint ?? [];
    const own = program.startsWith('/') ? join(folder, program) : program;
    if (program.startsWith('/')) chmodSync(own, 0o755);
    const env = { PATH: process.env.PATH ?? '', PYTHONPATH: join(folder, 'app/packages') };
    // Some write their usage to standard error, and end with another status than 0.
    const answer = execFileSync('sh', ['-c', '"$@" 2>&1 || true', 'sh', own, ...rest, ...words], {
      cwd: join(folder, 'app'),
      env,
      encoding: 'utf8',
    });
    expect(answer.trim()).toMatch(answers);
  });
});
