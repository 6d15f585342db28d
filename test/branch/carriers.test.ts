import { expect, test } from 'vitest';
import { branchCarriers, type Head } from '../../lib/branch/carriers.ts';
import type { Branch } from '../../lib/branch/record.ts';
import { branchKey } from '../../lib/engine/key.ts';
import { Failure } from '../../lib/lambda/failure.ts';
import { shopHerd } from '../engine/shop.ts';
import { commitOf, pushOf } from './pushes.ts';

const push = pushOf('0', 'a');
const branch: Branch = {
  kind: 'branch',
  codebase: 'shop',
  commit: push.commit,
  order: 1_000_500,
  second: [{ push, order: 1_000_500 }],
};
const look = async (head: Head, record: Branch = branch) =>
  branchCarriers({ herd: shopHerd(), head })['look-head']?.(
    { kind: 'look-head' },
    { key: branchKey('shop'), record, now: 0, stillOwed: async () => record },
  );
const refusing = (retryable: boolean) => async () => {
  throw new Failure('repository-not-visible', 'GitHub does not show the repository', { retryable });
};

test('the head is told with what the branch was when it was asked', async () => {
  const head = async () => commitOf('b');
  expect(await look(head)).toEqual({
    of: 'branch',
    codebase: 'shop',
    event: { kind: 'head-seen', commit: commitOf('b'), order: 1_000_500, waited: 0 },
  });
  const waiting = [pushOf('a', 'b')];
  expect(await look(head, { ...branch, waiting, waited: 3 })).toMatchObject({ event: { waited: 3 } });
});

test('a branch that is gone has no head', async () => {
  expect(await look(async () => undefined)).toMatchObject({ event: { kind: 'head-seen', commit: undefined } });
});

test('what is refused for good is decided, with its reason; an outage is tried again', async () => {
  expect(await look(refusing(false))).toMatchObject({
    event: { kind: 'head-seen', commit: undefined, refused: 'GitHub does not show the repository' },
  });
  await expect(look(refusing(true))).rejects.toThrow('GitHub does not show the repository');
});
