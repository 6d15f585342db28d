import { describe, expect, test } from 'vitest';
import { releaseOfEvent } from '../../lib/build/build-state-change.ts';
import { timeText } from '../../local/codebuild/state-change.ts';

const commit = '4f2a1c9d4f2a1c9d4f2a1c9d4f2a1c9d4f2a1c9d';

/** Shaped as AWS's own example: https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html */
const event = (project: string, status: string, variables: { name: string; value: string }[]) => ({
  version: '0',
  id: 'c030038d-8c4d-6141-9545-00ff7b7153EX',
  'detail-type': 'CodeBuild Build State Change',
  source: 'aws.codebuild',
  account: '123456789012',
  time: '2017-09-01T16:14:28Z',
  region: 'us-west-2',
  resources: [`arn:aws:codebuild:us-west-2:123456789012:build/${project}:8745a7a9-c340-456a-9166-edf953571bEX`],
  detail: {
    'build-status': status,
    'project-name': project,
    'build-id': `arn:aws:codebuild:us-west-2:123456789012:build/${project}:8745a7a9-c340-456a-9166-edf953571bEX`,
    'current-phase': 'COMPLETED',
    'additional-information': {
      'build-complete': true,
      'build-start-time': 'Sep 1, 2017 4:12:29 PM',
      initiator: 'MyCodeBuildDemoUser',
      environment: { image: 'aws/codebuild/standard:7.0', 'environment-variables': variables },
    },
  },
});
const ours = [{ name: 'DROVER_COMMIT', value: commit }];

describe('an event of a build', () => {
  test.each(['SUCCEEDED', 'FAILED', 'FAULT', 'TIMED_OUT', 'STOPPED', 'SOMETHING_NEW'])(
    'that ended with %s names its release',
    (status) => {
      expect(releaseOfEvent(event('drover-shop', status, ours))).toEqual({
        kind: 'build',
        codebase: 'shop',
        commit,
        buildId: 'drover-shop:8745a7a9-c340-456a-9166-edf953571bEX',
      });
    },
  );

  test.each([
    ['of another project', event('my-sample-project', 'SUCCEEDED', ours), 'not-our-project'],
    ['of a build that a person started', event('drover-shop', 'SUCCEEDED', []), 'not-our-build'],
    ['of a build that still runs', event('drover-shop', 'IN_PROGRESS', ours), 'still-running'],
  ])('%s is ignored', (_, given, reason) => {
    expect(releaseOfEvent(given)).toEqual({ kind: 'ignored', reason });
  });

  test('that is of another kind throws', () => {
    expect(() =>
      releaseOfEvent({ ...event('drover-shop', 'FAILED', ours), 'detail-type': 'CodeBuild Build Phase Change' }),
    ).toThrow();
  });

  test('times are written as CodeBuild writes them', () => {
    expect(timeText(Date.UTC(2017, 8, 1, 16, 12, 29))).toBe('Sep 1, 2017 4:12:29 PM');
  });
});
