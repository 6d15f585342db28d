import { expect, test } from 'vitest';
import { openQueue } from '../../local/aws/queue.ts';
import { testFolder } from '../disk/folder.ts';

function clock(start = 1_000_000) {
  let at = start;
  const pass = (seconds: number): void => {
    at += seconds * 1_000;
  };
  return { now: () => at, pass };
}

test('a message is hidden for its delay, then for its visibility, and comes again', () => {
  const { now, pass } = clock();
  const queue = openQueue({ name: 'wake', folder: testFolder(), now, visibilitySeconds: 30 });
  queue.send('body', 10);
  expect(queue.receive(10)).toEqual([]);
  expect(queue.nextVisibleAt()).toBe(now() + 10_000);
  pass(10);
  expect(queue.receive(10)).toMatchObject([{ body: 'body', receiveCount: 1 }]);
  expect(queue.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  pass(30);
  expect(queue.receive(10)).toMatchObject([{ receiveCount: 2 }]);
});

test('the receipt of an earlier receive removes nothing', () => {
  const { now, pass } = clock();
  const queue = openQueue({ name: 'wake', folder: testFolder(), now, visibilitySeconds: 1 });
  queue.send('body');
  const [first] = queue.receive(1);
  pass(1);
  const [second] = queue.receive(1);
  queue.remove(first?.receipt ?? '');
  expect(queue.counts().inFlight).toBe(1);
  queue.remove(second?.receipt ?? '');
  expect(queue.nextVisibleAt()).toBeUndefined();
});

test('messages, their delay and their count are there after a restart', () => {
  const { now, pass } = clock();
  const folder = testFolder();
  const before = openQueue({ name: 'wake', folder, now, visibilitySeconds: 5 });
  before.send('in flight');
  before.receive(1);
  before.send('delayed', 60);
  before.remove(before.send('gone'));
  const after = openQueue({ name: 'wake', folder, now, visibilitySeconds: 5 });
  expect(after.counts()).toEqual({ visible: 1, inFlight: 1, delayed: 1 });
  pass(5);
  expect(after.receive(10).map(({ body, receiveCount }) => [body, receiveCount])).toContainEqual(['in flight', 2]);
});

test('a message that was received too often goes to the dead-letter queue with its id', () => {
  const folder = testFolder();
  const { now } = clock();
  const dead = openQueue({ name: 'dead', folder, now });
  const queue = openQueue({
    name: 'wake',
    folder,
    now,
    visibilitySeconds: 0,
    redrive: { to: dead, maxReceiveCount: 3 },
  });
  const id = queue.send('bad');
  for (let count = 1; count <= 3; count++) expect(queue.receive(1)).toMatchObject([{ receiveCount: count }]);
  expect(queue.receive(1)).toEqual([]);
  expect(dead.receive(1)).toMatchObject([{ id, body: 'bad', receiveCount: 1 }]);
});
