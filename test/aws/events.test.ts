import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type DeliveredEvent, type Rule, startBus } from '../../local/aws/events.ts';
import { poll } from '../contracts/poll.ts';
import { testFolder } from '../disk/folder.ts';

const now = () => Date.UTC(2026, 7, 7, 1, 37, 53, 123);
const finished = {
  source: 'aws.codebuild',
  'detail-type': 'CodeBuild Build State Change',
  detail: { 'build-status': 'SUCCEEDED' },
};

function rule(handler: Rule['handler']): Rule {
  return { name: 'build-finished', source: finished.source, detailType: finished['detail-type'], handler };
}

test('an event reaches the handlers of its rules, in the form of EventBridge', async () => {
  const seen: DeliveredEvent[] = [];
  const other: DeliveredEvent[] = [];
  const folder = testFolder();
  const rules = [
    rule(async (event) => void seen.push(event)),
    { ...rule(async (event) => void other.push(event)), detailType: 'another' },
  ];
  const bus = startBus({ folder, now, rules });
  const id = bus.put(finished);
  await bus.close();
  expect(seen).toEqual([
    {
      ...finished,
      version: '0',
      id,
      account: '000000000000',
      region: 'us-east-1',
      time: '2026-08-07T01:37:53Z',
      resources: [],
    },
  ]);
  expect(other).toEqual([]);
});

test('the next event can be lost, and the next one doubled', async () => {
  const seen: string[] = [];
  const bus = startBus({ folder: testFolder(), now, rules: [rule(async ({ id }) => void seen.push(id))] });
  bus.dropNext();
  bus.put(finished);
  bus.repeatNext();
  const second = bus.put(finished);
  const third = bus.put(finished);
  await poll('three deliveries', () => (seen.length === 3 ? true : undefined));
  await bus.close();
  expect(seen.sort()).toEqual([second, second, third].sort());
});

test('a call that fails is tried again, and given up after the last try', async () => {
  const outcomes: string[] = [];
  let calls = 0;
  const failsTwice = rule(async () => {
    if (++calls < 3) throw new Error('throttled');
  });
  const report = (line: { outcome: string }) => void outcomes.push(line.outcome);
  const folder = testFolder();
  const bus = startBus({ folder, now, rules: [failsTwice], retryAfter: [1, 1], report });
  bus.put(finished);
  await poll('the delivery', () => (outcomes.includes('delivered') ? true : undefined));
  expect(outcomes).toEqual(['failed', 'failed', 'delivered']);
  calls = Number.NEGATIVE_INFINITY;
  bus.put(finished);
  await poll('giving up', () => (outcomes.includes('given-up') ? true : undefined));
  expect(outcomes.slice(3)).toEqual(['failed', 'failed', 'failed', 'given-up']);
  await poll('nothing to be kept', () => (readdirSync(folder).length === 0 ? true : undefined));
  await bus.close();
});

test('an event that was not taken before a stop is delivered at the next start', async () => {
  const folder = testFolder();
  const failed: string[] = [];
  const failing = rule(async () => {
    throw new Error('down');
  });
  const before = startBus({ folder, now, rules: [failing], report: ({ outcome }) => void failed.push(outcome) });
  const id = before.put(finished);
  await poll('the first try', () => (failed.length === 1 ? true : undefined));
  await before.close();
  const seen: string[] = [];
  const after = startBus({ folder, now, rules: [rule(async (event) => void seen.push(event.id))] });
  await poll('the delivery', () => (seen.length === 1 ? true : undefined));
  await poll('nothing to be kept', () => (readdirSync(folder).length === 0 ? true : undefined));
  await after.close();
  expect(seen).toEqual([id]);
});
