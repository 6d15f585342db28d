import { type BuildAnswer, exportedValue } from './build-answer.ts';
import { harmless } from './facts.ts';

/**
 * Why a build did not succeed, in one plain line: what the recipe said (the exported variable DROVER_REASON), else the failing
 * phase's own context, without what looks like a secret. A recipe that never ran (no source, a broken buildspec, a timeout) has only the latter.
 */
export function failureReason(build: BuildAnswer): string {
  const said = exportedValue(build, 'DROVER_REASON');
  if (said && build.buildStatus === 'FAILED') return line(said);
  const phase = build.phases.find(({ phaseStatus }) => phaseStatus !== undefined && phaseStatus !== 'SUCCEEDED');
  const where = phase?.phaseType ?? build.currentPhase ?? 'the build';
  const message = phase?.contexts?.find((context) => context.message)?.message ?? '';
  switch (build.buildStatus) {
    case 'TIMED_OUT':
      if (where === 'QUEUED')
        return 'waited in CodeBuild’s queue until its time was over: builds that run reach the account’s quota';
      return line(`timed out${build.timeoutInMinutes ? ` after ${build.timeoutInMinutes} minutes` : ''} in ${where}`);
    case 'STOPPED':
      return line(`stopped in ${where}`);
    case 'FAILED':
      return line(`${where}: ${plain(message) || 'failed'}`);
    case 'FAULT':
      return line(`CodeBuild's own fault in ${where}${message ? `: ${message}` : ''}`);
    default:
      return line(`CodeBuild says ${build.buildStatus}, which drover does not know`);
  }
}

/** `Error while executing command: npm test. Reason: exit status 1` → `npm test: exit status 1`. */
const plain = (message: string): string =>
  message.replace(/^Error while executing command: ([\s\S]*)\. Reason: (.*)$/, '$1: $2');

const line = (text: string): string => {
  const one = harmless(text)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return one.length <= 300 ? one : `${one.slice(0, 299)}…`;
};
