import type { z } from 'zod';
import type { Instant } from '../engine/instant.ts';
import type { Release, Standing } from '../release/record.ts';
import type { Live, Target } from '../target/record.ts';
import type { ReleaseView, StandingView, TargetView } from './views.ts';

/** A release as the API shows it. Every field is named here, so that a new one in the record is not shown by accident. */
export function releaseView(release: Release): ReleaseView {
  const { codebase, commit, message, author, pusher, state, attempt, byHand, digest, image, reason, build, machine } =
    release;
  return {
    codebase,
    commit,
    pushedAt: iso(release.pushedAt),
    message,
    author,
    pusher,
    state,
    attempt,
    queuedAt: iso(release.queuedAt),
    byHand,
    ...(machine && { machine }),
    ...(build && { build: buildView(build) }),
    ...(digest !== undefined && { digest }),
    ...(image !== undefined && { image }),
    ...(reason !== undefined && { reason }),
    environments: Object.fromEntries(
      Object.entries(release.environments).map(([name, standing]) => [name, standingView(standing)]),
    ),
  };
}

/** A release as a list shows it: a hundred of them stay small, so what is long of a build is shown of one release only. */
export function listedView(release: Release): ReleaseView {
  const { build, ...view } = releaseView(release);
  if (!build) return view;
  const { steps: _steps, tail: _tail, tests, ...kept } = build;
  const { total = 0, failed = 0, skipped = 0 } = tests ?? {};
  return { ...view, build: { ...kept, ...(tests && { tests: { total, failed, skipped } }) } };
}

/** A target as the API shows it. */
export function targetView(target: Target): TargetView {
  const { codebase, environment, number, offers, holds, baseline, live, candidate, rollout, held, drift } = target;
  return {
    codebase,
    environment,
    number,
    offers,
    holds,
    ...(baseline !== undefined && { baseline }),
    live: live && liveView(live),
    candidate: candidate && candidateView(candidate),
    rollout: rollout && rolloutView(rollout),
    held: held && { ...held, at: iso(held.at) },
    ...(drift && { drift: { text: drift.text, since: iso(drift.since) } }),
  };
}

const iso = (at: Instant): string => new Date(at).toISOString();

function buildView(build: NonNullable<Release['build']>): NonNullable<ReleaseView['build']> {
  const { id, startedAt, finishedAt, logUrl, phases, steps, tests, cache, compiled, image, tail, compute, cents } =
    build;
  return {
    id,
    startedAt: iso(startedAt),
    ...(finishedAt !== undefined && { finishedAt: iso(finishedAt) }),
    ...(logUrl !== undefined && { logUrl }),
    ...(phases && { phases }),
    ...(steps && { steps }),
    ...(tests && { tests }),
    ...(cache !== undefined && { cache }),
    ...(compiled !== undefined && { compiled }),
    ...(image && { image }),
    ...(tail && { tail }),
    ...(compute && { compute }),
    ...(cents !== undefined && { cents }),
  };
}

function standingView({ state, at, liveAt, reason, decision }: Standing): z.infer<typeof StandingView> {
  return {
    state,
    at: iso(at),
    ...(liveAt !== undefined && { liveAt: iso(liveAt) }),
    ...(reason !== undefined && { reason }),
    ...(decision && { decision: { ...decision, at: iso(decision.at) } }),
  };
}

function liveView({ image, digest, release, approved, since }: Live): TargetView['live'] {
  return {
    image,
    ...(digest !== undefined && { digest }),
    ...(release !== undefined && { release }),
    approved,
    since: iso(since),
  };
}

function candidateView({
  release,
  digest,
  byHand,
  offeredAt,
  ask,
}: NonNullable<Target['candidate']>): TargetView['candidate'] {
  return {
    release,
    digest,
    byHand,
    offeredAt: iso(offeredAt),
    ask: ask && { number: ask.number, running: ask.running, askedAt: iso(ask.askedAt), expiresAt: iso(ask.expiresAt) },
  };
}

function rolloutView(rollout: NonNullable<Target['rollout']>): TargetView['rollout'] {
  const { kind, phase, number, release, image, startedAt, deadline, approval, reason } = rollout;
  return {
    kind,
    phase,
    number,
    ...(release !== undefined && { release }),
    image,
    startedAt: iso(startedAt),
    deadline: iso(deadline),
    ...(approval && { approval: { ...approval, at: iso(approval.at) } }),
    ...(reason !== undefined && { reason }),
  };
}
