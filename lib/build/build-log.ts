import {
  type CloudWatchLogsClient,
  GetLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetBuildsCommand, type CodeBuildClient } from '@aws-sdk/client-codebuild';
import * as z from 'zod';

/** Where a build's log is. */
export type LogPlace = { group: string; stream: string };

/** Some of a log. `next`: where to go on; `isEnd`: nothing more is there now. */
type LogPage = { lines: string[]; next: string | undefined; isEnd: boolean };

/** A build's log, read with the caller's own rights: codebuild:BatchGetBuilds and logs:GetLogEvents. */
export type BuildLog = {
  /** Undefined where the build is not known; `place` is missing until it has a log. */
  find: (buildId: string) => Promise<{ place?: LogPlace; hasEnded: boolean } | undefined>;
  /** Undefined while nothing was written. Without `from`: from its beginning. */
  read: (place: LogPlace, from?: string) => Promise<LogPage | undefined>;
};

const Answer = z.object({
  buildStatus: z.string(),
  logs: z.object({ groupName: z.string().optional(), streamName: z.string().optional() }).optional(),
});

/** The log of a build of CodeBuild, in CloudWatch Logs. */
export function buildLog(codebuild: CodeBuildClient, logs: CloudWatchLogsClient): BuildLog {
  return {
    find: async (buildId) => {
      const { builds: [build] = [] } = await codebuild.send(new BatchGetBuildsCommand({ ids: [buildId] }));
      if (!build) return undefined;
      const { buildStatus, logs: { groupName: group, streamName: stream } = {} } = Answer.parse(build);
      const hasEnded = buildStatus !== 'IN_PROGRESS';
      return { hasEnded, ...(group && stream && { place: { group, stream } }) };
    },
    read: async ({ group: logGroupName, stream: logStreamName }, from) => {
      const input = { logGroupName, logStreamName, startFromHead: true, ...(from && { nextToken: from }) };
      try {
        const { events = [], nextForwardToken: next } = await logs.send(new GetLogEventsCommand(input));
        // "If you have reached the end of the stream, it returns the same token you passed in." A page may be empty before that.
        return { lines: events.flatMap(({ message = '' }) => linesOf(message)), next, isEnd: next === from };
      } catch (error) {
        // CodeBuild makes the stream with the first line that it writes.
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },
  };
}

const linesOf = (message: string): string[] => message.replace(/\r?\n$/, '').split(/\r\n|\r|\n/);
