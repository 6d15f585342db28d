import type { Finished, Observed } from '../build/builds.ts';
import {
  type BuiltOn,
  chooseMachine,
  type Machine,
  machineAfterLoss,
  machineAfterRefusal,
  machineText,
} from '../build/machine.ts';
import { type Decision, ignored } from '../engine/decision.ts';
import { hours, type Instant, seconds } from '../engine/instant.ts';
import type { By, Remark } from '../history/entry.ts';
import type { ReleaseEffect, ReleaseEvent } from './event.ts';
import { Digest, type Release, type Standing } from './record.ts';

// The table "Release" of docs/architecture.md, a function a row or group of rows; it is one idea, and therefore one file.

/** What a decision needs besides the record and the event. */
export type ReleaseContext = {
  now: Instant;
  key: { codebase: string; commit: string };
  /** Where a built release is offered first; undefined for a codebase that only builds. */
  firstEnvironment: string | undefined;
  /** What the list of the herd says of its machine; undefined where it is not in it. */
  builtOn: BuiltOn | undefined;
  /** How long after a build's start it is looked at, in case no event comes; milliseconds. */
  lookAfter: number;
};

type ReleaseDecision = Decision<Release, ReleaseEffect>;

/** A build service that refuses or is full for this long has lost the push; a person may rebuild. */
export const GIVE_UP_AFTER = hours(6);

/** What becomes of a release. */
export function decideRelease(
  release: Release | undefined,
  event: ReleaseEvent,
  context: ReleaseContext,
): ReleaseDecision {
  if (event.kind === 'pushed') return pushed(release, event, context);
  if (release === undefined) return ignored('no-such-release');
  switch (event.kind) {
    case 'newer-push':
      return newerPush(release, event.order);
    case 'rebuild':
      return rebuild(release, event, context);
    case 'image-sought':
      return imageSought(release, event);
    case 'start-answered':
      return startAnswered(release, event, context);
    case 'build-observed':
      return buildObserved(release, event, context);
    case 'registry-answered':
      return registryAnswered(release, event, context);
    case 'standing':
      return standing(release, event.environment, event.standing);
  }
}

function pushed(
  release: Release | undefined,
  event: Extract<ReleaseEvent, { kind: 'pushed' }>,
  context: ReleaseContext,
): ReleaseDecision {
  if (release === undefined) return firstPushed(event, context);
  if (event.order <= release.order) return ignored('push-known');
  if (!event.newest) return ignored('a-newer-push-is-known');
  const again: Release = {
    ...release,
    order: event.order,
    pushedAt: seconds(event.push.pushedAt),
    pusher: event.push.pusher,
  };
  switch (release.state) {
    case 'built':
      return changed(again, offer(again, context), { what: 'pushed-again', text: 'pushed again; it is built already' });
    case 'queued':
    case 'building':
    case 'confirming':
      return changed(again, [], { what: 'pushed-again', text: `pushed again while ${release.state}` });
    case 'failed':
    case 'superseded':
      return queue(coldBy({ ...again, byHand: false, lost: 0 }, event.cold), context, {
        what: 'queued',
        text: 'pushed again: to be built',
      });
  }
}

function firstPushed(event: Extract<ReleaseEvent, { kind: 'pushed' }>, context: ReleaseContext): ReleaseDecision {
  const { push, order, newest } = event;
  const release: Release = {
    kind: 'release',
    codebase: context.key.codebase,
    commit: push.commit,
    order,
    pushedAt: seconds(push.pushedAt),
    message: push.message,
    author: push.author,
    pusher: push.pusher,
    state: 'superseded',
    attempt: 0,
    queuedAt: context.now,
    byHand: false,
    lost: 0,
    environments: {},
  };
  if (newest) return queue(coldBy(release, event.cold), context, { what: 'queued', text: 'to be built' });
  return changed(release, [], { what: 'superseded', text: 'a newer push was known when this one arrived' });
}

function coldBy({ cold: _, ...release }: Release, cold: Release['cold']): Release {
  return cold === undefined ? release : { ...release, cold };
}

/** A release that waits is not built once a newer push is known; one that builds goes on: if the newer fails it is the newest there is. */
function newerPush(release: Release, order: number): ReleaseDecision {
  if (order <= release.order) return ignored('push-is-not-newer');
  if (release.state !== 'queued') return ignored(`goes-on-${release.state}`);
  if (release.byHand) return ignored('built-by-hand');
  return changed({ ...release, state: 'superseded' }, [], {
    what: 'superseded',
    text: 'a newer push came before its build began',
  });
}

function rebuild(release: Release, event: { attempt: number; by: By }, context: ReleaseContext): ReleaseDecision {
  if (release.state !== 'failed' && release.state !== 'superseded')
    return ignored(`not-to-be-rebuilt-while-${release.state}`);
  if (event.attempt !== release.attempt) return ignored('page-is-old');
  const remark = { what: 'rebuild-asked', text: `${event.by.name} asked for a build`, by: event.by };
  return queue({ ...release, byHand: true, lost: 0 }, context, remark);
}

/** A build could not push over an immutable tag: an image that is there already is checked, and its digest taken. */
function imageSought(
  release: Release,
  { attempt, digest }: Extract<ReleaseEvent, { kind: 'image-sought' }>,
): ReleaseDecision {
  if (release.state !== 'queued' || attempt !== release.attempt) return ignored('not-waiting-for-this-build');
  if (digest === undefined) return { kind: 'changed', record: release, effects: [{ kind: 'start-build', attempt }] };
  if (digest === release.refused)
    return fail(
      release,
      `the registry has ${digest} under this commit, which was refused: delete the tag, then rebuild`,
    );
  return confirm(release, digest, { what: 'image-found', text: `the registry has this commit already: ${digest}` });
}

function startAnswered(
  release: Release,
  { attempt, answer }: Extract<ReleaseEvent, { kind: 'start-answered' }>,
  context: ReleaseContext,
): ReleaseDecision {
  if (release.state !== 'queued' || attempt !== release.attempt) return ignored('not-waiting-for-this-build');
  switch (answer.kind) {
    case 'started': {
      const build = { id: answer.buildId, startedAt: context.now };
      const look: ReleaseEffect = {
        kind: 'look-build',
        buildId: answer.buildId,
        notBefore: context.now + context.lookAfter,
      };
      const remark = {
        what: 'build-started',
        text: `build ${answer.buildId} started${release.machine ? ` ${machineText(release.machine)}` : ''}`,
        detail: { build: answer.buildId, ...(release.machine && { machine: release.machine.size }) },
      };
      return changed({ ...release, state: 'building', build }, [look], remark);
    }
    case 'refused': {
      const waited = context.now - release.queuedAt;
      if (answer.permanent) return fail(release, `the build could not be started: ${answer.reason}`);
      if (waited > GIVE_UP_AFTER) return fail(release, `no build could be started for 6 hours: ${answer.reason}`);
      // Always the same wait, so that who waits longest is not asked least.
      const notBefore = context.now + context.lookAfter / 10;
      const { machine } = release;
      const other = machine && context.builtOn && machineAfterRefusal(machine, context.builtOn, answer.reason);
      const again: ReleaseEffect[] = [{ kind: 'start-build', attempt, notBefore }];
      if (!other) return { kind: 'changed', record: release, effects: again };
      return changed({ ...release, machine: other }, again, {
        what: 'machine-changed',
        text: `to be built ${machineText(other)}`,
      });
    }
  }
}

function buildObserved(
  release: Release,
  { buildId, observed }: { buildId: string; observed: Observed },
  context: ReleaseContext,
): ReleaseDecision {
  if (release.state !== 'building' || release.build?.id !== buildId) return ignored('not-the-build-under-way');
  const { logUrl } = observed;
  const logged = { ...release.build, ...(logUrl === undefined ? {} : { logUrl }) };
  if (observed.kind === 'running') {
    const look: ReleaseEffect = { kind: 'look-build', buildId, notBefore: context.now + context.lookAfter };
    return { kind: 'changed', record: { ...release, build: logged }, effects: [look] };
  }
  const finished: Release = { ...release, build: { ...logged, ...endOf(observed) } };
  switch (observed.kind) {
    case 'succeeded':
      if (observed.commit !== undefined && observed.commit !== release.commit)
        return fail(refusing(finished, observed.digest), `the build checked out ${observed.commit}, not this commit`);
      if (observed.digest === undefined) return fail(finished, 'the build succeeded but told no image digest');
      return confirm(finished, observed.digest, { what: 'build-succeeded', text: `built ${observed.digest}` });
    case 'failed':
      return fail(finished, observed.reason);
    case 'lost':
      if (release.lost > 0) return fail(finished, `the build was lost twice: ${observed.reason}`);
      return queue(
        { ...finished, lost: release.lost + 1 },
        context,
        { what: 'build-lost', text: `the build was lost, once more: ${observed.reason}` },
        release.machine && context.builtOn && machineAfterLoss(release.machine, context.builtOn, observed.reason),
      );
  }
}

/** What is kept of a build that ended. */
function endOf({
  finishedAt,
  phases,
  facts,
  compute,
  cents,
}: Partial<Finished>): Partial<NonNullable<Release['build']>> {
  return {
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(phases === undefined ? {} : { phases }),
    ...facts,
    ...(compute === undefined ? {} : { compute }),
    ...(cents === undefined ? {} : { cents }),
  };
}

function registryAnswered(
  release: Release,
  event: Extract<ReleaseEvent, { kind: 'registry-answered' }>,
  context: ReleaseContext,
): ReleaseDecision {
  if (release.state !== 'confirming' || release.claim !== event.digest) return ignored('not-confirming-this-image');
  const { claim, cold, ...rest } = release;
  if (event.image === undefined) return fail(release, event.reason ?? 'the registry has no such image');
  const built: Release = { ...rest, state: 'built', digest: claim, image: event.image };
  // Only where something is to be forgotten: the usual push costs the branch no write.
  const warm: ReleaseEffect[] =
    cold === undefined ? [] : [{ kind: 'send-branch', event: { kind: 'warmed', order: release.order } }];
  return changed(built, [...offer(built, context), ...warm], {
    what: 'built',
    text: `the registry has ${claim} under this commit`,
    detail: { digest: claim },
  });
}

function standing(release: Release, environment: string, said: Standing): ReleaseDecision {
  const known = release.environments[environment];
  if (known !== undefined && said.version <= known.version) return ignored('said-already');
  const { reason: _, ...kept } = known ?? {};
  const environments = { ...release.environments, [environment]: { ...kept, ...said } };
  return { kind: 'changed', record: { ...release, environments }, effects: [] };
}

/** The machine is chosen here, before it is asked for: the same attempt always asks for the same. */
function queue(release: Release, context: ReleaseContext, remark: Remark, onto?: Machine): ReleaseDecision {
  const { build: _build, reason: _reason, claim: _claim, machine: _machine, ...rest } = release;
  const attempt = release.attempt + 1;
  const machine = onto ?? (context.builtOn && chooseMachine(context.builtOn, release.cold));
  const queued: Release = { ...rest, state: 'queued', attempt, queuedAt: context.now, ...(machine && { machine }) };
  // A first build cannot find its tag taken; a later one can.
  const kind = attempt === 1 ? 'start-build' : 'seek-image';
  return changed(queued, [{ kind, attempt }], { ...remark, detail: { ...remark.detail, attempt } });
}

function confirm(release: Release, digest: string, remark: Remark): ReleaseDecision {
  if (!Digest.safeParse(digest).success) return fail(release, 'the build told something that is no image digest');
  return changed({ ...release, state: 'confirming', claim: digest }, [{ kind: 'confirm-image', digest }], remark);
}

/** An image of another commit may stand under this commit's tag: it is remembered, so that no rebuild takes it. */
function refusing(release: Release, digest: string | undefined): Release {
  const refused = Digest.safeParse(digest);
  return refused.success ? { ...release, refused: refused.data } : release;
}

function fail(release: Release, reason: string): ReleaseDecision {
  const { claim: _, ...rest } = release;
  const tell: ReleaseEffect = { kind: 'tell', message: { kind: 'build-failed', release: release.commit, reason } };
  return changed({ ...rest, state: 'failed', reason }, [tell], { what: 'failed', text: reason });
}

function offer(release: Release, { firstEnvironment }: ReleaseContext): ReleaseEffect[] {
  const { commit, digest, image, order } = release;
  if (firstEnvironment === undefined || digest === undefined || image === undefined) return [];
  const event = { kind: 'offered' as const, offer: { release: commit, digest, image, order } };
  return [{ kind: 'send-target', environment: firstEnvironment, event }];
}

function changed(record: Release, effects: ReleaseEffect[], remark: Remark): ReleaseDecision {
  return { kind: 'changed', record, effects, remark: { ...remark, release: record.commit } };
}
