import type { BuildAnswer } from './build-answer.ts';

/** Git's own words for a server that does not answer (https://github.com/actions/checkout/issues/505 and others), not for a commit that is gone or a token that is refused. */
const sourceUnreachable =
  /returned error: (?:5\d\d|429)|RPC failed|early EOF|Could not resolve host|Failed to connect|Connection (?:reset|refused|timed out)|Operation timed out|Internal Server Error/i;

/**
 * Whether a build ended by no fault of the codebase: CodeBuild's own (FAULT), a machine that it could not provide, or a source that did
 * not answer. From the install phase on the codebase has run, and what failed there is told, not tried again.
 */
export function isInfrastructure({ buildStatus, phases }: BuildAnswer): boolean {
  if (buildStatus === 'FAULT') return true;
  if (buildStatus !== 'FAILED' && buildStatus !== 'TIMED_OUT') return false;
  const failed = phases.find(({ phaseStatus }) => phaseStatus !== undefined && phaseStatus !== 'SUCCEEDED');
  if (failed?.phaseType === 'PROVISIONING') return true;
  if (failed?.phaseType !== 'DOWNLOAD_SOURCE') return false;
  return (failed.contexts ?? []).some(({ message }) => sourceUnreachable.test(message ?? ''));
}
