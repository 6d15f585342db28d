import { Digest } from '../release/record.ts';
import { type BuildAnswer, exportedValue } from './build-answer.ts';
import type { Finished, Observed } from './builds.ts';
import { centsOf } from './cost.ts';
import { parseFacts } from './facts.ts';
import { failureReason } from './failure-reason.ts';
import { isInfrastructure } from './infrastructure.ts';

/** What CodeBuild's answer says of a build. A status that is not known is a failure, never a success. */
export function observe(build: BuildAnswer): Observed {
  const logUrl = build.logs?.deepLink;
  if (build.buildStatus === 'IN_PROGRESS')
    return { kind: 'running', phase: build.currentPhase ?? 'SUBMITTED', ...(logUrl ? { logUrl } : {}) };
  const finished = finishedOf(build);
  if (isInfrastructure(build)) return { kind: 'lost', reason: failureReason(build), ...finished };
  if (build.buildStatus !== 'SUCCEEDED') return { kind: 'failed', reason: failureReason(build), ...finished };
  const commit = build.resolvedSourceVersion ?? exportedValue(build, 'DROVER_COMMIT');
  const others = [exportedValue(build, 'DROVER_COMMIT'), build.sourceVersion].filter((other) =>
    /^[0-9a-f]{40}$/.test(other ?? ''),
  );
  const other = others.find((one) => one !== commit);
  if (commit && other) return { kind: 'failed', reason: `the build was of ${commit}, not of ${other}`, ...finished };
  const digest = Digest.safeParse(exportedValue(build, 'DROVER_DIGEST'));
  return { kind: 'succeeded', digest: digest.data, commit, ...finished };
}

function finishedOf(build: BuildAnswer): Finished {
  const logUrl = build.logs?.deepLink;
  const last = build.endTime ?? build.phases.at(-1)?.startTime ?? build.startTime;
  const facts = parseFacts(exportedValue(build, 'DROVER_FACTS'));
  const { type, computeType: size, fleet } = build.environment ?? {};
  // A fleet's machines are not of the size that its project names, and are paid by the hour.
  const compute = type && size && !fleet?.fleetArn ? { type, size } : undefined;
  const lasted = build.startTime && build.endTime && build.endTime.getTime() - build.startTime.getTime();
  const cents = compute && lasted !== undefined ? centsOf(compute, lasted) : undefined;
  return {
    finishedAt: last?.getTime() ?? 0,
    ...(logUrl ? { logUrl } : {}),
    phases: build.phases
      .filter(({ phaseStatus }) => phaseStatus !== undefined)
      .map((phase) => ({ name: phase.phaseType, status: phase.phaseStatus ?? '', seconds: secondsOf(phase) })),
    ...(facts && { facts }),
    ...(compute && { compute }),
    ...(cents !== undefined && { cents }),
  };
}

/** To the millisecond where both times are known: CodeBuild's own duration is in whole seconds. */
function secondsOf({ startTime, endTime, durationInSeconds }: BuildAnswer['phases'][number]): number {
  if (startTime && endTime) return (endTime.getTime() - startTime.getTime()) / 1_000;
  return durationInSeconds ?? 0;
}
