import { expect, test } from 'vitest';
import { unzip } from '../../bench/unzip.ts';
import { archive } from '../../infra/archive.ts';

test('what was packaged comes out again', async () => {
  const files = {
    'functions/a.mjs': Buffer.from('export{};'.repeat(1_000)),
    'herd.json': Buffer.from('{"é":1}'),
    e: Buffer.alloc(0),
  };
  expect(Object.fromEntries(unzip(await archive(files)))).toEqual(files);
});

test('what is no zip is refused', () => {
  expect(() => unzip(Buffer.alloc(100))).toThrow('no zip');
});
