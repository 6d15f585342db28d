import { randomUUID } from 'node:crypto';
import type { ScheduledEvent } from 'aws-lambda';
import { callFunction, type LambdaHandler } from '../lambda/call.ts';
import { localAccount, localRegion } from './credentials.ts';

export type ScheduleOptions = {
  name: string;
  everySeconds: number;
  handler: LambdaHandler<ScheduledEvent>;
  now: () => number;
  timeoutSeconds?: number;
  report?: (line: { milliseconds: number; reason?: string }) => void;
};

export type Schedule = {
  /** Calls it now, or waits for the call under way. */
  runNow: () => Promise<void>;
  /** No further call; waits for the one under way. */
  close: () => Promise<void>;
};

/** Calls a function at an interval, with EventBridge's scheduled event. A call that is still under way is not overlapped: its turn is left out. */
export function startSchedule(options: ScheduleOptions): Schedule {
  let underWay: Promise<void> | undefined;
  const runNow = (): Promise<void> => {
    underWay ??= call(options).finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
  const timer = setInterval(runNow, options.everySeconds * 1_000);
  return {
    runNow,
    close: async () => {
      clearInterval(timer);
      await underWay;
    },
  };
}

async function call({ name, handler, now, timeoutSeconds = 60, report }: ScheduleOptions): Promise<void> {
  const started = now();
  const outcome = await callFunction(handler, scheduledEvent(name, started), { name, timeoutSeconds, now });
  report?.({
    milliseconds: now() - started,
    ...(outcome.kind === 'failed' ? { reason: outcome.reason } : {}),
    ...(outcome.kind === 'timed-out' ? { reason: 'the function took too long' } : {}),
  });
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
const scheduledEvent = (name: string, at: number): ScheduledEvent => ({
  version: '0',
  id: randomUUID(),
  account: localAccount,
  region: localRegion,
  time: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
  resources: [`arn:aws:events:${localRegion}:${localAccount}:rule/${name}`],
  source: 'aws.events',
  'detail-type': 'Scheduled Event',
  detail: {},
});
