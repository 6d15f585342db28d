import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { beginAnew } from '../../local/begin-anew.ts';
import { gitRepository } from '../codebuild/git-repository.ts';
import { testFolder } from '../disk/folder.ts';

const now = new Date('2026-01-02T03:04:05Z');

function stateWith(...names: string[]) {
  const folder = join(testFolder(), '.drover');
  mkdirSync(join(folder, 'state'), { recursive: true });
  const clones = names.map((name) => {
    const clone = gitRepository(join(folder, 'codebases', name));
    clone.commit({ 'main.js': 'as it began' });
    return clone;
  });
  return { folder, clones };
}

test('what nobody touched goes', () => {
  const { folder } = stateWith('hello');
  expect(beginAnew(folder, now)).toBeUndefined();
  expect(existsSync(folder)).toBe(false);
});

test('a clone with a commit of a person, or with a file in none, is moved aside; the others go', () => {
  const { folder, clones } = stateWith('hello', 'shop', 'till');
  clones[1]?.commit({ 'main.js': 'mine' });
  writeFileSync(join(clones[2]?.folder ?? '', 'notes.txt'), 'not committed yet');
  const kept = beginAnew(folder, now) ?? '';
  expect(kept).toBe(`${folder}-before-2026-01-02T03-04-05`);
  expect(readFileSync(join(kept, 'shop/main.js'), 'utf8')).toBe('mine');
  expect(readFileSync(join(kept, 'till/notes.txt'), 'utf8')).toBe('not committed yet');
  expect(existsSync(join(kept, 'hello'))).toBe(false);
  expect(existsSync(folder)).toBe(false);
});

test('where there is nothing, nothing is kept', () => {
  expect(beginAnew(join(testFolder(), '.drover'), now)).toBeUndefined();
});
