import type { Build, Phase } from './build.ts';

const seconds = (milliseconds: number): number => milliseconds / 1_000;

/** Whole seconds between two times in milliseconds. */
export const durationOf = ({ startTime, endTime }: { startTime: number; endTime?: number | undefined }): number =>
  Math.round(seconds((endTime ?? startTime) - startTime));

/** Where CodeBuild writes the log of a project that names no group of its own. */
export const logGroup = (project: string): string => `/aws/codebuild/${project}`;

/** A build in the API's words: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html (times are Unix seconds). */
export function wireBuild(build: Build, logUrl: string): object {
  return {
    id: build.id,
    arn: build.arn,
    buildNumber: build.buildNumber,
    startTime: seconds(build.startTime),
    ...(build.endTime === undefined ? {} : { endTime: seconds(build.endTime) }),
    currentPhase: build.currentPhase,
    buildStatus: build.buildStatus,
    ...(build.sourceVersion === undefined ? {} : { sourceVersion: build.sourceVersion }),
    ...(build.resolvedSourceVersion === undefined ? {} : { resolvedSourceVersion: build.resolvedSourceVersion }),
    projectName: build.projectName,
    phases: build.phases.map(wirePhase),
    source: { type: 'GITHUB', location: build.sourceLocation },
    artifacts: { location: '' },
    cache: { type: 'LOCAL' },
    environment: {
      type: build.environmentType ?? 'LINUX_CONTAINER',
      image: build.image ?? 'local',
      computeType: build.computeType ?? 'BUILD_GENERAL1_SMALL',
      environmentVariables: build.environmentVariables,
    },
    logs: { groupName: logGroup(build.projectName), streamName: build.id.split(':')[1], deepLink: logUrl },
    timeoutInMinutes: build.timeoutInMinutes,
    queuedTimeoutInMinutes: build.queuedTimeoutInMinutes ?? 480,
    buildComplete: build.buildStatus !== 'IN_PROGRESS',
    initiator: 'drover',
    exportedEnvironmentVariables: build.exportedEnvironmentVariables,
    ...(build.retry
      ? {
          autoRetryConfig: {
            autoRetryLimit: build.retry.limit,
            autoRetryNumber: build.retry.number,
            ...(build.retry.next ? { nextAutoRetry: build.retry.next } : {}),
            ...(build.retry.previous ? { previousAutoRetry: build.retry.previous } : {}),
          },
        }
      : {}),
    reportArns: build.reports.map(({ arn }) => arn),
  };
}

function wirePhase(phase: Phase): object {
  return {
    phaseType: phase.phaseType,
    ...(phase.phaseStatus ? { phaseStatus: phase.phaseStatus } : {}),
    startTime: seconds(phase.startTime),
    ...(phase.endTime === undefined ? {} : { endTime: seconds(phase.endTime), durationInSeconds: durationOf(phase) }),
    contexts: phase.contexts,
  };
}
