import { type CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, thrownName } from './engine.ts';

export type StartedLogs = {
  client: CloudWatchLogsClient;
  /** Adds lines to a stream, and makes it and its group where they are not there. */
  write: (group: string, stream: string, lines: string[]) => Promise<void>;
  close: () => Promise<void>;
};

/** What drover relies on in CloudWatch Logs: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html */
export function logsContract(engine: Engine, start: () => Promise<StartedLogs>): void {
  describe(`CloudWatch Logs: ${engine}`, () => {
    let logs: StartedLogs;
    beforeAll(async () => {
      logs = await start();
    });
    afterAll(() => logs.close());

    const group = '/aws/codebuild/drover-shop';
    const get = async (stream: string, more: { startFromHead?: boolean; limit?: number; nextToken?: string } = {}) => {
      const input = { logGroupName: group, logStreamName: stream, ...more };
      const answer = await logs.client.send(new GetLogEventsCommand(input));
      return {
        lines: (answer.events ?? []).map(({ message = '' }) => message.trimEnd()),
        next: answer.nextForwardToken ?? '',
        back: answer.nextBackwardToken ?? '',
      };
    };

    test('from the head in order, page after page, and at the end the token that was passed in', async () => {
      await logs.write(group, 'paged', ['one', 'two', 'three']);
      const first = await get('paged', { startFromHead: true, limit: 2 });
      expect(first.lines).toEqual(['one', 'two']);
      const second = await get('paged', { startFromHead: true, limit: 2, nextToken: first.next });
      expect(second.lines).toEqual(['three']);
      const end = await get('paged', { startFromHead: true, limit: 2, nextToken: second.next });
      expect([end.lines, end.next]).toEqual([[], second.next]);
    });

    test('what is added later is had by the token of the end', async () => {
      await logs.write(group, 'growing', ['one']);
      const first = await get('growing', { startFromHead: true });
      await logs.write(group, 'growing', ['two', 'three']);
      expect((await get('growing', { startFromHead: true, nextToken: first.next })).lines).toEqual(['two', 'three']);
    });

    test('without a wish, the last ones, and backwards from there', async () => {
      await logs.write(group, 'last', ['one', 'two', 'three']);
      const last = await get('last', { limit: 2 });
      expect(last.lines).toEqual(['two', 'three']);
      expect((await get('last', { limit: 2, nextToken: last.back })).lines).toEqual(['one']);
    });

    test('a group or stream that is not there is a ResourceNotFoundException', async () => {
      await logs.write(group, 'there', ['one']);
      expect(await thrownName(get('missing'))).toBe('ResourceNotFoundException');
      const elsewhere = new GetLogEventsCommand({ logGroupName: '/aws/codebuild/none', logStreamName: 'there' });
      expect(await thrownName(logs.client.send(elsewhere))).toBe('ResourceNotFoundException');
    });

    test('a limit or a token that is none is an InvalidParameterException', async () => {
      await logs.write(group, 'asked', ['one']);
      expect(await thrownName(get('asked', { limit: 10_001 }))).toBe('InvalidParameterException');
      expect(await thrownName(get('asked', { nextToken: 'x' }))).toBe('InvalidParameterException');
    });
  });
}
