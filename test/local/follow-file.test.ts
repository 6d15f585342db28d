import { mkdirSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../../local/demo/drover-api.ts';
import { followFile } from '../../local/herd/follow-file.ts';
import { testFolder } from '../disk/folder.ts';

const EVERY_MS = 10;

/** A file that is followed, with all that was given of it. */
function followed() {
  const path = join(testFolder(), 'codebases.yml');
  writeFileSync(path, 'one');
  const given: (string | undefined)[] = [];
  const following = followFile(path, async (text) => void given.push(text), EVERY_MS);
  onTestFinished(following.stop);
  const gives = (...texts: (string | undefined)[]) =>
    until(`${texts} (is ${given})`, async () => (given.length >= texts.length ? given : undefined)).then((all) =>
      expect(all).toEqual(texts),
    );
  return { path, gives, given };
}

test('what is there first is given, then each other text, however an editor writes it', async () => {
  const { path, gives } = followed();
  await gives('one');
  writeFileSync(path, 'two');
  await gives('one', 'two');
  writeFileSync(`${path}~`, 'three');
  renameSync(`${path}~`, path);
  await gives('one', 'two', 'three');
  rmSync(path);
  writeFileSync(path, 'four');
  await gives('one', 'two', 'three', 'four');
  // The same length at the same time: a stat alone would not tell.
  writeFileSync(path, 'fuor');
  utimesSync(path, 1, 1);
  await gives('one', 'two', 'three', 'four', 'fuor');
});

test('a part that is only there for a moment, and the same text anew, are not given', async () => {
  const { path, gives } = followed();
  await gives('one');
  truncateSync(path, 0);
  writeFileSync(path, 'one');
  writeFileSync(path, 'tw');
  writeFileSync(path, 'two');
  await gives('one', 'two');
});

test('a file that is gone, or is a folder now, is given once as undefined, and again as text when it is back', async () => {
  const { path, gives } = followed();
  await gives('one');
  rmSync(path);
  await gives('one', undefined);
  mkdirSync(path);
  rmSync(path, { recursive: true });
  writeFileSync(path, 'one');
  await gives('one', undefined, 'one');
});

test('after the end nothing is given', async () => {
  const path = join(testFolder(), 'codebases.yml');
  writeFileSync(path, 'one');
  const given: (string | undefined)[] = [];
  const { stop } = followFile(
    path,
    async (text) => {
      given.push(text);
      stop();
      writeFileSync(path, 'two');
    },
    EVERY_MS,
  );
  await until('the first', async () => (given.length > 0 ? true : undefined));
  await new Promise((resolve) => setTimeout(resolve, 5 * EVERY_MS));
  expect(given).toEqual(['one']);
});
