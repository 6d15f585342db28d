import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { herdStacks } from '../../infra/herd-stacks.ts';
import { packageAll } from '../../infra/package.ts';
import { herdOf } from '../infra/herd-of.ts';

const lint = (folder: string): string => execFileSync('bash', ['infra/lint.sh', folder], { encoding: 'utf8' });

it('cfn-lint finds nothing in what is packaged, with and without the settings', () => {
  packageAll();
  expect(lint('.package')).toContain('nothing found');
  packageAll([
    'connection=arn:aws:codeconnections:us-east-1:111122223333:connection/c0ffee',
    'alarm-mail=herd@example.com',
  ]);
  expect(lint('.package')).toContain('nothing found');
});

it('cfn-lint finds nothing in the stacks of 600 codebases', () => {
  const folder = mkdtempSync(join(tmpdir(), 'drover-templates-'));
  try {
    const stacks = herdStacks(herdOf(600), { connection: '' }, 'herd');
    for (const { id, body } of stacks) writeFileSync(join(folder, `${id}.template.json`), body);
    expect(lint(folder)).toContain(`nothing found in ${stacks.length} templates`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
