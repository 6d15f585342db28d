import type { z } from 'zod';
import type { Outcome } from '../engine/advance.ts';
import type { HttpResponse } from '../lambda/http.ts';
import type { Release } from '../release/record.ts';
import type { TargetEvent } from '../target/event.ts';
import type { Target } from '../target/record.ts';
import { answer } from './answer.ts';
import type { Assumed, ReleaseOperated, TargetOperated } from './answers.ts';
import { findRelease } from './find-release.ts';
import { findTarget } from './find-target.ts';
import { releaseMissing, targetMissing } from './missing.ts';
import { problem } from './problem.ts';
import { releaseView, targetView } from './record-views.ts';
import {
  AbortBody,
  CheckBody,
  HoldBody,
  NoQuery,
  OfferBody,
  RebuildBody,
  ReleasePath,
  RollbackBody,
  TargetPath,
  UnholdBody,
} from './requests.ts';
import { route } from './route.ts';
import type { HistoryServices } from './services.ts';
import { wayBack } from './way-back.ts';

// Over 150 lines: the seven decisions of a person read best beside each other, since they differ in little but their number.

export const postRebuild = route(
  { method: 'POST', pattern: '/releases/{codebase}/{commit}/rebuild', scope: 'operate' },
  { path: ReleasePath, query: NoQuery, body: RebuildBody },
  async ({ path, body, by }, { table, advance }) => {
    const found = await findRelease(table, path.codebase, path.commit);
    if (found.kind !== 'found') return releaseMissing(found, path);
    const { codebase, commit } = found.release;
    const attempt = body.attempt ?? found.release.attempt;
    const outcome = await advance.release(codebase, commit, { kind: 'rebuild', attempt, by });
    return ofRelease(outcome, body.attempt === undefined ? { attempt } : undefined);
  },
);

export const postOffer = route(
  { method: 'POST', pattern: '/targets/{codebase}/{environment}/offer', scope: 'operate' },
  { path: TargetPath, query: NoQuery, body: OfferBody },
  async ({ path, body, by }, services) => {
    const target = await targetOrNew(path, services);
    if (target.kind === 'missing') return target.response;
    const found = await findRelease(services.table, path.codebase, body.release);
    if (found.kind !== 'found') return releaseMissing(found, { ...path, commit: body.release });
    const { commit, digest, image, order, state } = found.release;
    const release = releaseView(found.release);
    if (state !== 'built' || digest === undefined || image === undefined)
      return problem('refused', `${commit} is ${state}: there is no image to offer.`, { reason: 'not-built', release });
    if (!(await services.images.find(path.codebase, { digest })))
      return problem('refused', `The image of ${commit} is no longer in the registry.`, {
        reason: 'image-is-gone',
        release,
      });
    const offers = body.offers ?? target.offers;
    const offer = { release: commit, digest, image, order };
    return decided(
      path,
      { kind: 'offered-by-hand', offer, offers, by },
      services,
      body.offers === undefined ? { offers } : undefined,
    );
  },
);

export const postRollback = route(
  { method: 'POST', pattern: '/targets/{codebase}/{environment}/rollback', scope: 'operate' },
  { path: TargetPath, query: NoQuery, body: RollbackBody },
  async ({ path, body, by }, services) => {
    const found = await findTarget(services.table, path.codebase, path.environment);
    if (found.kind !== 'found') return targetMissing(found, path);
    const way = await wayBack(found.target, body.to, services);
    if (way.kind === 'refused') return way.response;
    const number = body.number ?? found.target.number;
    const to = way.to === 'baseline' ? way.to : way.to.release;
    const assumed = { ...(body.number === undefined && { number }), ...(body.to === undefined && { to }) };
    return decided(path, { kind: 'roll-back', number, to: way.to, by }, services, assumed);
  },
);

export const postAbort = route(
  { method: 'POST', pattern: '/targets/{codebase}/{environment}/abort', scope: 'operate' },
  { path: TargetPath, query: NoQuery, body: AbortBody },
  async ({ path, body: { number }, by }, services) => {
    const found = await findTarget(services.table, path.codebase, path.environment);
    if (found.kind !== 'found') return targetMissing(found, path);
    return decided(path, { kind: 'abort', number, by }, services);
  },
);

export const postCheck = route(
  { method: 'POST', pattern: '/targets/{codebase}/{environment}/check', scope: 'operate' },
  { path: TargetPath, query: NoQuery, body: CheckBody },
  async ({ path, by }, services) => {
    const found = await findTarget(services.table, path.codebase, path.environment);
    if (found.kind !== 'found') return targetMissing(found, path);
    return decided(path, { kind: 'check', by }, services);
  },
);

export const postHold = route(
  { method: 'POST', pattern: '/targets/{codebase}/{environment}/hold', scope: 'operate' },
  { path: TargetPath, query: NoQuery, body: HoldBody },
  async ({ path, body, by }, services) => {
    const target = await targetOrNew(path, services);
    if (target.kind === 'missing') return target.response;
    const holds = body.holds ?? target.holds;
    const event = { kind: 'hold', holds, reason: body.reason, by } as const;
    return decided(path, event, services, body.holds === undefined ? { holds } : undefined, 200);
  },
);

export const postUnhold = route(
  { method: 'POST', pattern: '/targets/{codebase}/{environment}/unhold', scope: 'operate' },
  { path: TargetPath, query: NoQuery, body: UnholdBody },
  async ({ path, body, by }, services) => {
    const found = await findTarget(services.table, path.codebase, path.environment);
    if (found.kind !== 'found') return targetMissing(found, path);
    const hold = body.hold ?? found.target.held?.number ?? found.target.holds;
    const event = { kind: 'unhold', hold, by } as const;
    return decided(path, event, services, body.hold === undefined ? { hold } : undefined, 200);
  },
);

type TargetName = { codebase: string; environment: string };

/** The counts of a target; zero for one of the herd to which nothing was offered yet: it may be held before. */
async function targetOrNew(
  path: TargetName,
  { table, codebase }: HistoryServices,
): Promise<{ kind: 'counts'; offers: number; holds: number } | { kind: 'missing'; response: HttpResponse }> {
  const found = await findTarget(table, path.codebase, path.environment);
  if (found.kind === 'found') return { kind: 'counts', offers: found.target.offers, holds: found.target.holds };
  const inHerd = codebase(path.codebase)?.environments.some(({ name }) => name === path.environment);
  if (found.kind === 'none' && inHerd) return { kind: 'counts', offers: 0, holds: 0 };
  return { kind: 'missing', response: targetMissing(found, path) };
}

/** `done`: 202 where a rollout or a build is still to come, 200 where what was asked for is so already. */
async function decided(
  { codebase, environment }: TargetName,
  event: TargetEvent,
  { advance }: HistoryServices,
  assumed?: Assumed,
  done: 200 | 202 = 202,
): Promise<HttpResponse> {
  const outcome: Outcome<Target> = await advance.target(codebase, environment, event);
  if (outcome.kind === 'ignored')
    return refused(outcome.reason, outcome.record && { target: targetView(outcome.record) });
  const value: z.infer<typeof TargetOperated> = { target: targetView(outcome.record), ...ofAssumed(assumed) };
  return answer(done, value);
}

function ofRelease(outcome: Outcome<Release>, assumed: Assumed): HttpResponse {
  if (outcome.kind === 'ignored')
    return refused(outcome.reason, outcome.record && { release: releaseView(outcome.record) });
  const value: z.infer<typeof ReleaseOperated> = { release: releaseView(outcome.record), ...ofAssumed(assumed) };
  return answer(202, value);
}

const refused = (reason: string, now: Parameters<typeof problem>[2]): HttpResponse =>
  problem('refused', `Nothing was changed: ${reason.replaceAll('-', ' ')}. What is so now is beside this.`, {
    reason,
    ...now,
  });

const ofAssumed = (assumed: Assumed): { assumed?: NonNullable<Assumed> } =>
  assumed && Object.keys(assumed).length > 0 ? { assumed } : {};
