import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HerdFile } from '../../lib/codebase/herd-file.ts';
import { readHerd } from '../../lib/codebase/read-herd.ts';
import { changeLines } from '../../local/herd/change-lines.ts';
import { herdHere } from '../../local/herd/herd-here.ts';
import { testFolder } from '../disk/folder.ts';

const listOf = (...names: string[]): HerdFile => ({
  defaults: { organisation: 'acme' },
  codebases: names.map((name) => ({ name, language: 'node' })),
});

/** A herd whose codebases are only counted; of `busy` nothing can be made while it is, and a herd with `far` cannot be at all. */
function herdUnderTest() {
  const path = join(testFolder(), 'herd.json');
  const busy = new Set<string>();
  const made: string[] = [];
  const problems: string[] = [];
  /** What a function that begins then would read. */
  const deploys: string[][] = [];
  const here = herdHere({
    github: 'http://127.0.0.1:1',
    path,
    admit: ({ byName }) => {
      if (byName('far')) throw new Error('there is no context far');
    },
    takeUp: async ({ name }) => {
      if (busy.has(name)) throw new Error(`${name} is not empty`);
      made.push(name);
      return { url: `http://127.0.0.1:1/acme/${name}.git`, clone: undefined };
    },
    deploy: async () => {
      deploys.push(readHerd(readFileSync(path, 'utf8')).codebases.map(({ name }) => name));
    },
    onProblem: (line) => problems.push(line),
  });
  const take = async (...names: string[]) =>
    changeLines(await here.take(listOf(...names)), (name) => `clone of ${name}`);
  return { here, path, busy, made, problems, deploys, take };
}

test('what is new is made, then the functions are replaced by ones that know it; the same list again does nothing', async () => {
  const { here, made, deploys, take } = herdUnderTest();
  await take('hello');
  expect(await take('hello', 'pebble')).toEqual(['pebble is in the herd now: clone of pebble']);
  expect(await take('hello', 'pebble')).toEqual([]);
  expect(made).toEqual(['hello', 'pebble']);
  expect(deploys).toEqual([['hello'], ['hello', 'pebble']]);
  expect(here.deployed().byName('pebble')?.github).toBe('http://127.0.0.1:1');
});

test('an empty list is a herd that functions can read', async () => {
  const { path, deploys, take } = herdUnderTest();
  await take();
  expect(existsSync(path)).toBe(true);
  expect(deploys).toEqual([[]]);
});

test('what cannot be made is left out and told, keeps nobody else from it, and is made once it can be', async () => {
  const { here, busy, problems, deploys, take } = herdUnderTest();
  busy.add('pebble');
  expect(await take('pebble', 'hello')).toEqual(['hello is in the herd now: clone of hello']);
  expect(problems).toEqual(['pebble is left out: pebble is not empty']);
  expect(here.herd().byName('pebble')).toBeUndefined();
  busy.clear();
  expect(await take('pebble', 'hello')).toEqual(['pebble is in the herd now: clone of pebble']);
  expect(deploys.at(-1)).toEqual(['pebble', 'hello']);
});

test('a herd that this machine cannot have leaves the old one as it was', async () => {
  const { here, made, deploys, take } = herdUnderTest();
  await take('hello');
  await expect(take('hello', 'pebble', 'far')).rejects.toThrow('there is no context far');
  expect([made, deploys, here.herd().codebases.map(({ name }) => name)]).toEqual([['hello'], [['hello']], ['hello']]);
});

test('off the list: retired, and nothing of it is made again when it is put back', async () => {
  const { deploys, take } = herdUnderTest();
  await take('hello', 'pebble');
  expect(await take('hello')).toEqual([
    'pebble is off the list: nothing more of it is built; what runs, its images and its history stay.',
  ]);
  expect(deploys.at(-1)).toEqual(['hello']);
  expect(await take('hello', 'pebble')).toEqual(['pebble is in the herd now: clone of pebble']);
});
