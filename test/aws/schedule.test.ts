import type { ScheduledEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import { startSchedule } from '../../local/aws/schedule.ts';
import { poll } from '../contracts/poll.ts';

const now = () => Date.UTC(2026, 7, 7);

test('calls at its interval with the scheduled event, and not after it is closed', async () => {
  const seen: ScheduledEvent[] = [];
  const handler = async (event: ScheduledEvent) => void seen.push(event);
  const schedule = startSchedule({ name: 'sweep', everySeconds: 0.01, handler, now });
  await poll('three calls', () => (seen.length >= 3 ? true : undefined));
  await schedule.close();
  const calls = seen.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toHaveLength(calls);
  expect(seen[0]).toMatchObject({
    source: 'aws.events',
    'detail-type': 'Scheduled Event',
    time: '2026-08-07T00:00:00Z',
  });
});

test('calls never overlap, and a handler that throws is called again', async () => {
  let underWay = 0;
  let most = 0;
  const reasons: (string | undefined)[] = [];
  const schedule = startSchedule({
    name: 'sweep',
    everySeconds: 0.002,
    now,
    handler: async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 15));
      underWay--;
      throw new Error('table is busy');
    },
    report: ({ reason }) => void reasons.push(reason),
  });
  await poll('three calls', () => (reasons.length >= 3 ? true : undefined));
  await Promise.all([schedule.runNow(), schedule.runNow()]);
  await schedule.close();
  expect([most, underWay]).toEqual([1, 0]);
  expect(new Set(reasons)).toEqual(new Set(['table is busy']));
});
