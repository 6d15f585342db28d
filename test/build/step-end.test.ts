import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { bounded } from '../../lib/build/recipe/bounded.ts';
import { enderOf, isGone, processesBelow } from '../../lib/build/recipe/deadline.ts';
import { exhausted } from '../../lib/build/recipe/exhausted.ts';
import { reasonOf } from '../../lib/build/recipe/reason.ts';

const folder = mkdtempSync(join(tmpdir(), 'drover-step-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

describe('what a machine ran out of', () => {
  test.each([
    [1, 'npm error ENOSPC: no space left on device, write', /^the disk is full: npm error ENOSPC/],
    [101, 'error: could not write output: No space left on device (os error 28)', /^the disk is full: error: could/],
    [134, 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', /^out of memory: FATAL/],
    [1, 'MemoryError', /^out of memory: MemoryError$/],
    [101, 'memory allocation of 1073741824 bytes failed', /^out of memory: memory allocation/],
    [137, 'Killed', /^killed, as a machine does when its memory is used up \(“compute:” names a larger one\)$/],
    [101, "process didn't exit successfully: `x` (signal: 9, SIGKILL: kill)", /^killed, .*: process didn't exit/],
    [1, 'go: signal: killed', /^killed, as/],
  ])('%d, %s', (code, line, expected) => {
    expect(exhausted(code, ['first', line, 'last'])).toMatch(expected);
  });

  test('is not told of other failures', () => {
    expect(exhausted(1, ['error: expected 1, was 2', 'a spaceship left the device'])).toBeUndefined();
    expect(exhausted(143, [])).toBeUndefined();
  });

  test("goes before tests that failed of it, and after what drover's own scripts say", () => {
    const failed = [{ name: 'a', suite: '', status: 'failed' as const, seconds: 0 }];
    expect(reasonOf('test', 137, 'one\n', failed)).toMatch(/^test: killed, as/);
    expect(reasonOf('test', 137, 'drover: there is no lockfile\n', failed)).toBe('test: there is no lockfile');
  });
});

describe('a step that does not end', () => {
  test('is ended at its deadline, with what it said last', async () => {
    const from = new PassThrough();
    const signals: string[] = [];
    from.write('first\nwaiting for the database\n\n');
    const end = (signal: string) => {
      signals.push(signal);
      if (signal === 'SIGKILL') from.end('dying\n');
    };
    await bounded(from, nowhere(), join(folder, 'log'), { after: 20, end, grace: 20 });
    expect(signals).toEqual(['SIGTERM', 'SIGKILL']);
    expect(readFileSync(join(folder, 'log'), 'utf8')).toMatch(
      /dying\n\ndrover: still running when the build's time was nearly up, so it was ended; it said last: waiting for the database\n$/,
    );
  });

  test('does not hold its reader, though somebody else keeps its output open', async () => {
    const from = new PassThrough();
    await bounded(from, nowhere(), join(folder, 'held'), { after: 5, end: () => {}, grace: 5 });
    expect(readFileSync(join(folder, 'held'), 'utf8')).toMatch(/drover: still running when .* so it was ended\n$/);
  });

  test('is not waited for when it has ended, though what it left in the background holds its output', async () => {
    const child = spawn('bash', ['-c', 'sleep 60 & echo $!'], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    const own = { hasEnded: () => child.exitCode !== null, patience: 50 };
    await bounded(child.stdout, nowhere(), join(folder, 'background'), undefined, own);
    const said = readFileSync(join(folder, 'background'), 'utf8');
    expect(said).toMatch(/^\d+\n\nwhat this step left in the background is not waited for\n$/);
    process.kill(Number.parseInt(said, 10));
    expect([isGone(process.pid), isGone(child.pid ?? 0)]).toEqual([false, true]);
  });

  test('that ends in time is left alone', async () => {
    const end = () => expect.unreachable();
    await bounded(Readable.from(['a\n']), nowhere(), join(folder, 'fine'), { after: 10_000, end, grace: 1 });
    expect(readFileSync(join(folder, 'fine'), 'utf8')).toBe('a\n');
  });

  test('goes with all that it started, also what put itself into a group of its own', async () => {
    const child = spawn('bash', ['-c', 'set -m; sleep 60 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [started] = await child.stdout.take(1).toArray();
    const ender = enderOf(() => child.pid ?? 0);
    const ended = new Promise((resolve) => child.on('exit', resolve));
    ender('SIGTERM');
    ender('SIGKILL');
    await ended;
    await expect.poll(() => alive(Number(String(started))), { timeout: 5_000 }).toBe(false);
  });
});

test('the processes below one, however deep', () => {
  const parents: [number, number][] = [
    [5, 4],
    [2, 1],
    [4, 2],
    [3, 9],
  ];
  expect(processesBelow(2, parents)).toEqual([2, 4, 5]);
});

test('a full disk costs the kept log, not what is shown', async () => {
  const shown: string[] = [];
  const to = new Writable({
    write: (chunk, _encoding, done) => {
      shown.push(String(chunk));
      done();
    },
  });
  // Its folder is not there, which fails a write as a full disk does.
  await bounded(Readable.from(['one\n', 'two\n']), to, join(folder, 'missing/log'));
  expect(shown.join('')).toBe('one\ntwo\n');
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
