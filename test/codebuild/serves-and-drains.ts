import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';

/** What an image runs: it answers with its commit, is ready, and ends by itself with 0 when it is told to. */
export async function servesAndDrains(program: string, words: string[], cwd: string): Promise<void> {
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
