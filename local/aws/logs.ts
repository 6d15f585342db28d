import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { AwsFault, type JsonService, operation } from './service.ts';

export type LogFiles = {
  hasGroup: (group: string) => boolean;
  /** Where the lines of a stream are; the file may not be there yet. Undefined for a stream that is none. */
  fileOf: (group: string, stream: string) => string | undefined;
};

const GetLogEvents = z.strictObject({
  logGroupName: z.string(),
  logStreamName: z.string(),
  startFromHead: z.boolean().default(false),
  limit: z.number().int().min(1).max(10_000).default(10_000),
  nextToken: z
    .string()
    .regex(/^[fb]\/\d{1,12}$/, 'The specified nextToken is invalid.')
    .optional(),
});

/**
 * CloudWatch Logs over the files of the local CodeBuild, a line an event. All that is asked of it is GetLogEvents
 * (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html).
 */
export function logsService({ hasGroup, fileOf }: LogFiles): JsonService {
  return {
    target: 'Logs_20140328',
    version: '1.1',
    operations: {
      GetLogEvents: operation(
        GetLogEvents,
        ({ logGroupName, logStreamName, startFromHead, limit, nextToken }) => {
          if (!hasGroup(logGroupName)) throw notThere('group');
          const path = fileOf(logGroupName, logStreamName);
          if (path === undefined || !existsSync(path)) throw notThere('stream');
          const events = eventsIn(readFileSync(path, 'utf8'));
          const [direction, at] = nextToken?.split('/') ?? [
            startFromHead ? 'f' : 'b',
            startFromHead ? 0 : events.length,
          ];
          const [from, to] = pageOf(events, direction === 'f', Math.min(Number(at), events.length), limit);
          return {
            events: events.slice(from, to),
            // At an end this is the token that was passed in, as on AWS.
            nextForwardToken: `f/${to}`,
            nextBackwardToken: `b/${from}`,
          };
        },
        'InvalidParameterException',
      ),
    },
  };
}

const notThere = (what: 'group' | 'stream') =>
  new AwsFault('ResourceNotFoundException', `The specified log ${what} does not exist.`);

type LogEvent = { timestamp: number; message: string; ingestionTime: number };

/** Whole lines only: what is being written has no end yet. A line that has no time of its own has that of the one before. */
function eventsIn(text: string): LogEvent[] {
  let at = 0;
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [, day, time] = /^\[Container\] (\d{4}\/\d\d\/\d\d) (\d\d:\d\d:\d\d\.\d{3}) /.exec(line) ?? [];
      if (day && time) at = Date.parse(`${day.replaceAll('/', '-')}T${time}Z`);
      return { timestamp: at, message: `${line}\n`, ingestionTime: at };
    });
}

/** "As many log events as can fit in a response size of 1 MB (up to 10,000 log events)": at least one, onwards or backwards. */
function pageOf(events: LogEvent[], onwards: boolean, at: number, limit: number): [number, number] {
  let [from, to, bytes] = [at, at, 0];
  while (to - from < limit && (onwards ? to < events.length : from > 0)) {
    bytes += Buffer.byteLength(events[onwards ? to : from - 1]?.message ?? '');
    if (bytes > 1_048_576 && to > from) break;
    if (onwards) to += 1;
    else from -= 1;
  }
  return [from, to];
}
