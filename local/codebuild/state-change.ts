import type { Build } from './build.ts';
import { durationOf, logGroup } from './wire.ts';

/**
 * An EventBridge event "CodeBuild Build State Change", as in
 * https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html: CodeBuild sends one when a build
 * begins and one when it ends; `build-id` is the ARN, times look like `Sep 1, 2017 4:12:29 PM`.
 */
export function stateChange(build: Build, logUrl: string, id: string, time: number): object {
  return {
    version: '0',
    id,
    'detail-type': 'CodeBuild Build State Change',
    source: 'aws.codebuild',
    account: '000000000000',
    time: new Date(time).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: 'us-east-1',
    resources: [build.arn],
    detail: {
      'build-status': build.buildStatus,
      'project-name': build.projectName,
      'build-id': build.arn,
      'current-phase': build.currentPhase,
      'current-phase-context': '[]',
      version: '1',
      'additional-information': {
        'build-complete': build.buildStatus !== 'IN_PROGRESS',
        'build-start-time': timeText(build.startTime),
        'build-number': build.buildNumber,
        initiator: 'drover',
        'source-version': build.sourceVersion ?? '',
        environment: {
          image: 'local',
          'compute-type': 'BUILD_GENERAL1_SMALL',
          type: 'LINUX_CONTAINER',
          'environment-variables': build.environmentVariables,
        },
        logs: {
          'group-name': logGroup(build.projectName),
          'stream-name': build.id.split(':')[1],
          'deep-link': logUrl,
        },
        'exported-environment-variables': build.exportedEnvironmentVariables,
        phases: build.phases.map((phase) => ({
          'phase-type': phase.phaseType,
          'start-time': timeText(phase.startTime),
          ...(phase.endTime === undefined
            ? {}
            : {
                'end-time': timeText(phase.endTime),
                'duration-in-seconds': durationOf(phase),
                'phase-status': phase.phaseStatus,
                'phase-context': phase.contexts.map(({ statusCode, message }) => `${statusCode}: ${message}`),
              }),
        })),
      },
    },
  };
}

/** `Sep 1, 2017 4:12:29 PM`, in UTC. */
export const timeText = (at: number): string =>
  new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })
    .format(at)
    .replace(/(\d{4}), /, '$1 ')
    .replaceAll('\u202f', ' ');
