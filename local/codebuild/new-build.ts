import type { Build } from './build.ts';
import type { Project } from './project.ts';
import type { StartBuildRequest } from './requests.ts';

/** What a call may say for a build that changes nothing on one machine; each is told in the build's log. */
const withoutEffect = {
  computeTypeOverride: 'it runs on this machine as it is',
  environmentTypeOverride: 'it runs on this machine as it is',
  imageOverride: "this machine's own tools are used",
  privilegedModeOverride: 'nothing is kept apart from this machine',
  gitCloneDepthOverride: 'the whole history is cloned',
  reportBuildStatusOverride: 'no source provider is told',
} as const satisfies Partial<Record<keyof StartBuildRequest, string>>;

/** A build as it is submitted: the call's own values go before the project's (API_StartBuild). */
export function newBuild(project: Project, request: StartBuildRequest, id: string, number: number, now: number): Build {
  const merged = new Map((project.environmentVariables ?? []).map((one) => [one.name, { type: 'PLAINTEXT', ...one }]));
  for (const one of request.environmentVariablesOverride) merged.set(one.name, one);
  const told = Object.entries(withoutEffect).flatMap(([name, why]) => {
    const said = Object.entries(request).find(([key]) => key === name)?.[1];
    return said === undefined || said === false ? [] : [`${name}: ${said}: no effect here: ${why}`];
  });
  return {
    id,
    arn: `arn:aws:codebuild:us-east-1:000000000000:build/${id}`,
    buildNumber: number,
    projectName: project.name,
    sourceVersion: request.sourceVersion,
    startTime: now,
    currentPhase: 'QUEUED',
    buildStatus: 'IN_PROGRESS',
    phases: [
      { phaseType: 'SUBMITTED', phaseStatus: 'SUCCEEDED', startTime: now, endTime: now, contexts: [] },
      { phaseType: 'QUEUED', startTime: now, contexts: [] },
    ],
    environmentVariables: [...merged.values()],
    exportedEnvironmentVariables: [],
    timeoutInMinutes: request.timeoutInMinutesOverride ?? project.timeoutInMinutes ?? 60,
    queuedTimeoutInMinutes: request.queuedTimeoutInMinutesOverride ?? project.queuedTimeoutInMinutes ?? 480,
    buildspecOverride: request.buildspecOverride,
    computeType: request.computeTypeOverride,
    environmentType: request.environmentTypeOverride,
    image: request.imageOverride,
    told,
    sourceLocation: request.sourceLocationOverride ?? project.source.location,
    reports: [],
  };
}
