import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { parseFacts } from '../../lib/build/facts.ts';
import { temporaryFolder } from '../disk/folder.ts';

const root = new URL('../..', import.meta.url).pathname;
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const Recipe = z.object({
  env: z.object({ 'exported-variables': z.array(z.string()) }),
  phases: z.record(z.string(), z.object({ finally: z.array(z.string()).default([]) })),
});

test.each(readdirSync(join(root, 'buildspec')).filter((name) => name.endsWith('.yml')))(
  '%s exports what is read of a build, and sees to it at the end of each phase',
  (name) => {
    const recipe = Recipe.parse(parse(readFileSync(join(root, 'buildspec', name), 'utf8')));
    expect(recipe.env['exported-variables'].toSorted()).toEqual(
      ['CACHE', 'COMMIT', 'DIGEST', 'FACTS', 'REASON'].map((variable) => `DROVER_${variable}`),
    );
    for (const phase of Object.values(recipe.phases)) expect(phase.finally).toContain('. "$shared/end.sh"');
  },
);

test('the recipe tool tells what steps left, and no part of a secret that the build was given', () => {
  const secret = 'correct-horse-battery-staple';
  mkdirSync(join(folder, 'reports'));
  const files = {
    steps: 'install 10 12.5 0\ntest 13 14 1\n',
    cache: 'older\n',
    compiled: '3\n',
    'image-bytes': '1234\n',
    // The line is cut at 300 characters, in the middle of it.
    'test.log': `${'x'.repeat(290)}${secret}\nended\n`,
    'reports/a.xml': `<testsuite><testcase name="a" time="0.5"><failure message="${'y'.repeat(590)}${secret}"/></testcase></testsuite>`,
    'reports/b.txt': 'no report',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const tool = (...args: string[]) =>
    execFileSync(process.execPath, [join(root, 'lib/build/recipe/main.ts'), ...args], {
      env: { NPM_TOKEN: secret },
      encoding: 'utf8',
    });
  const reports = join(folder, 'reports');
  const line = tool('facts', folder, reports);
  for (const told of [line, tool('reason', 'test', '1', join(folder, 'test.log'), reports)])
    expect(told).not.toContain('correct');
  expect(parseFacts(line.trim())).toEqual({
    steps: [
      { name: 'install', seconds: 2.5, result: 'passed' },
      { name: 'test', seconds: 1, result: 'failed' },
    ],
    tests: {
      total: 1,
      failed: 1,
      skipped: 0,
      failures: [{ name: 'a', text: `${'y'.repeat(590)}***` }],
      slowest: [{ name: 'a', seconds: 0.5 }],
    },
    cache: 'older',
    compiled: 3,
    image: { bytes: 1_234 },
    tail: { step: 'test', lines: [`${'x'.repeat(290)}***`, 'ended'] },
  });
});
