import { decideBranch } from '../branch/decide.ts';
import type { BranchEvent } from '../branch/event.ts';
import type { Environment, Herd } from '../codebase/codebase.ts';
import { decideRelease } from '../release/decide.ts';
import type { ReleaseEvent } from '../release/event.ts';
import { decideTarget } from '../target/decide.ts';
import type { TargetEvent } from '../target/event.ts';
import type { Target } from '../target/record.ts';
import { type Decision, ignored } from './decision.ts';
import type { Instant } from './instant.ts';
import { branchKey, type Key, releaseKey, targetKey } from './key.ts';
import type { AnyRecord, Effect } from './stored.ts';

/** An event and the record that it is for. */
export type Addressed =
  | { of: 'branch'; codebase: string; event: BranchEvent }
  | { of: 'release'; codebase: string; commit: string; event: ReleaseEvent }
  | { of: 'target'; codebase: string; environment: string; event: TargetEvent };

/** What is configuration in a decision. Milliseconds. */
export type Policy = { herd: Herd; lookAfter: number; watchAfter: number; lease: number };

/** The key of the record that an event is for. */
export function keyOf(addressed: Addressed): Key {
  switch (addressed.of) {
    case 'branch':
      return branchKey(addressed.codebase);
    case 'release':
      return releaseKey(addressed.codebase, addressed.commit);
    case 'target':
      return targetKey(addressed.codebase, addressed.environment);
  }
}

/** Decides an event by the table of its record. */
export function decideAny(
  record: AnyRecord | undefined,
  addressed: Addressed,
  { herd, lookAfter, watchAfter, lease }: Policy,
  { now, version }: { now: Instant; version: number },
): Decision<AnyRecord, Effect> {
  const builtOn = herd.byName(addressed.codebase);
  const environments = builtOn?.environments ?? [];
  switch (addressed.of) {
    case 'branch':
      return decideBranch(record?.kind === 'branch' ? record : undefined, addressed.event, addressed.codebase);
    case 'release': {
      const { codebase, commit } = addressed;
      const firstEnvironment = environments[0]?.name;
      const context = { now, key: { codebase, commit }, firstEnvironment, builtOn, lookAfter };
      return decideRelease(record?.kind === 'release' ? record : undefined, addressed.event, context);
    }
    case 'target': {
      const { codebase, environment: name } = addressed;
      const target = record?.kind === 'target' ? record : undefined;
      const at = environments.findIndex((environment) => environment.name === name);
      const environment = environments[at] ?? retired(codebase, name, target, addressed.event);
      if (environment === undefined) return ignored('not-in-the-herd');
      const nextEnvironment = at < 0 ? undefined : environments[at + 1]?.name;
      const key = { codebase, environment: name };
      const context = { now, version, key, environment, nextEnvironment, watchAfter, lease };
      return decideTarget(target, addressed.event, context);
    }
  }
}

/**
 * An environment that was taken off the list. What rolls out there ends where it began, and a question that is open ends with its
 * time; nothing else happens there any more.
 */
function retired(
  codebase: string,
  name: string,
  target: Target | undefined,
  event: TargetEvent,
): Environment | undefined {
  const nowhere = { cluster: name, namespace: 'default', create: false };
  const workloads = [{ kind: 'Deployment' as const, name: codebase, container: codebase }];
  const place = target?.rollout?.place ?? (event.kind === 'ask-expired' ? { ...nowhere, workloads } : undefined);
  if (place === undefined) return undefined;
  return {
    ...place,
    name,
    approval: 'required',
    approvalLifetimeMinutes: 60,
    rolloutDeadlineSeconds: 600,
    stabilitySeconds: 0,
    drift: 'report',
  };
}
