import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/**
 * What of Lambda's rules a machine can have: "doesn't support writing to files outside /tmp", no "tools that require root permissions"
 * (CodeBuild user guide, "Run builds on AWS Lambda compute"). A mount namespace whose file systems are read-only but for /tmp, and
 * the user nobody; it takes root to make one.
 */
const asLambda =
  'mount --rbind /tmp /tmp && mount -o remount,ro,bind / && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"';
const words = (...command: string[]) => ['-m', 'bash', '-c', asLambda, 'lambda', ...command];
const isPossible = spawnSync('unshare', words('true'), { stdio: 'ignore' }).status === 0;

describe.skipIf(!isPossible)('where only /tmp can be written, by nobody', () => {
  test('the recipe for Lambda builds, tests and pushes a Node service', { timeout: 120_000 }, () => {
    const home = mkdtempSync('/tmp/drover-lambda-');
    execFileSync('chown', ['65534:65534', home]);
    try {
      const said = execFileSync('unshare', words(process.execPath, join(import.meta.dirname, 'lambda-build.ts')), {
        env: { PATH: process.env.PATH ?? '', HOME: '/nowhere', TMPDIR: home, LANG: 'C.UTF-8' },
        encoding: 'utf8',
      });
      const told: Record<string, unknown> = JSON.parse(said.trim().split('\n').at(-1) ?? '');
      expect(told).toMatchObject({ status: 'SUCCEEDED', user: 65_534, canWriteElsewhere: false });
      expect(told.digest).toMatch(/^sha256:/);
      expect(told.pushed).toBe(told.digest);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});
