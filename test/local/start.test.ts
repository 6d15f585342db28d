import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { otherThan } from '../../local/ports.ts';
import { testFolder } from '../disk/folder.ts';

test('npm start in a folder with a space in its path says so, where every build would have failed', async () => {
  const state = join(testFolder(), 'my state');
  const started = promisify(execFile)(process.execPath, ['local/start.ts', '--port', '0', '--folder', state]);
  await expect(started).rejects.toMatchObject({
    code: 1,
    stderr: `${state} has a space in it, and builds would fail there: name a place without one by --folder.\n`,
  });
  expect(existsSync(state)).toBe(false);
});

test('npm start without a list says where one is, in a line', async () => {
  const started = promisify(execFile)(process.execPath, ['local/start.ts', '--herd', 'nope.yml']);
  await expect(started).rejects.toMatchObject({
    code: 1,
    stderr: "there is no nope.yml here: run it in drover's folder, or name the file by --herd\n",
  });
});

test('where ports are taken, npm start names others', () => {
  expect([0, 4800, 5800, 5805].map(otherThan)).toEqual([5800, 5800, 6800, 6800]);
});
