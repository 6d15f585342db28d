import type { HttpResponse } from '../lambda/http.ts';
import type { FoundRelease } from './find-release.ts';
import type { FoundTarget } from './find-target.ts';
import { problem } from './problem.ts';

/** Why there is no release to answer with. */
export function releaseMissing(
  found: Exclude<FoundRelease, { kind: 'found' }>,
  { codebase, commit }: { codebase: string; commit: string },
): HttpResponse {
  if (found.kind === 'ambiguous')
    return problem('ambiguous', `Several commits of ${codebase} begin with ${commit}.`, { commits: found.commits });
  if (found.kind === 'unreadable') return problem('unreadable', `The record of ${commit} is kept, but does not parse.`);
  return problem('not-found', `${codebase} has no release whose commit begins with ${commit}.`);
}

/** Why there is no target to answer with. */
export function targetMissing(
  found: Exclude<FoundTarget, { kind: 'found' }>,
  { codebase, environment }: { codebase: string; environment: string },
): HttpResponse {
  if (found.kind === 'unreadable')
    return problem('unreadable', 'The record of this target is kept, but does not parse.');
  return problem('not-found', `Nothing was ever offered to ${environment} of ${codebase}.`);
}
