import type { Applied, Watched } from '../cluster/cluster.ts';
import { ignored } from '../engine/decision.ts';
import { seconds } from '../engine/instant.ts';
import { blocked, isNewlyBlocked, keepUnseen } from './blocked.ts';
import { complete } from './complete.ts';
import { about, type Draft, type Refusal, type Row } from './draft.ts';
import { healUndone } from './drift.ts';
import { rollBack, stop } from './give-up.ts';
import { beHeldWith, foundForeign } from './hold.ts';
import { appliedLate, waitForOthers } from './late-executor.ts';
import { stableAt, watchAgain } from './next-look.ts';
import type { Rollout } from './record.ts';

/** An answer about another number is about a phase that has ended. */
export function rolling({ target }: Draft, number: number): Refusal | undefined {
  if (target.rollout?.number !== number) return ignored('another-rollout');
  return target.rollout.phase === 'stopping' ? ignored('stopping') : undefined;
}

/** The cluster took the image, or said why not. */
export function applyAnswered(draft: Draft, answer: Applied): Row {
  const { target, context } = draft;
  const { rollout } = target;
  if (rollout === null) return ignored('no-rollout');
  switch (answer.kind) {
    case 'applied': {
      delete rollout.completeSince;
      // A cluster that was out of reach has not used up the time that pods need.
      rollout.deadline = context.now + seconds(context.environment.rolloutDeadlineSeconds);
      waitForOthers(rollout, answer, context);
      watchAgain(draft, rollout);
      const taken =
        answer.takenFrom.length > 0 ? `, the image field taken over from ${answer.takenFrom.join(', ')}` : '';
      const image = rollout.phase === 'rolling-back' ? rollout.previous?.image : rollout.image;
      const is =
        answer.unnumbered === undefined
          ? 'applied'
          : `runs already; its number could not be written: ${answer.unnumbered}`;
      return {
        what: 'applied',
        text: `${image} ${is}${taken}`,
        ...about(rollout),
        detail: { number: rollout.number },
      };
    }
    case 'gave-way':
      target.number = Math.max(target.number, answer.number);
      return foundForeign(draft, answer.image, `another rollout has number ${answer.number} on the workload`);
    case 'found-other':
      if (answer.touched)
        return changedByOthers(draft, answer.image, `the image was changed by another hand to ${answer.image}`);
      return stop(
        draft,
        rollout.phase === 'rolling-back' ? 'held' : 'ask',
        `${answer.image} runs, not what was approved to be replaced`,
        answer.image,
      );
    case 'refused':
      if (rollout.phase === 'rolling-out') return rollBack(draft, answer.reason);
      return beHeldWith(draft, answer.image, `rolling back was refused: ${answer.reason}`);
    case 'withdrawn':
      return ignored('withdrawn');
  }
}

/** One look at how far the rollout is. */
export function watched(draft: Draft, seen: Watched): Row {
  const { target, context } = draft;
  const { rollout } = target;
  const { image, status } = seen;
  if (rollout === null) return ignored('no-rollout');
  const back = rollout.phase === 'rolling-back';
  const ours = back ? rollout.previous?.image : rollout.image;
  const replaced = back ? [rollout.image, rollout.running] : [rollout.running];
  if (image !== ours && !replaced.includes(image))
    return changedByOthers(
      draft,
      image,
      image === null ? 'the workload is gone' : `the image was changed by another hand to ${image}`,
    );
  if (image !== ours && rollout.othersUntil !== undefined) return appliedLate(draft, rollout, ours);
  keepUnseen(rollout, seen, context.now);
  const late = context.now > rollout.deadline;
  if (image === ours && status === 'complete') {
    const unsteady = restartedSince(rollout, seen);
    if (unsteady === undefined || rollout.completeSince === undefined) {
      rollout.completeSince ??= context.now;
      rollout.restarts = seen.restarts ?? 0;
      if (context.now >= stableAt(rollout, context.environment, context.now)) return complete(draft, rollout, seen);
    } else {
      if (late) return failed(draft, image, { ...seen, reason: `not stable before its deadline: ${unsteady}` });
      Object.assign(rollout, { completeSince: context.now, restarts: seen.restarts });
      return anew(draft, rollout, unsteady);
    }
  } else {
    if (image === ours && isBackWithoutPods(rollout, seen) && context.now >= (rollout.othersUntil ?? 0))
      return complete(draft, rollout, seen);
    const wasComplete = rollout.completeSince !== undefined;
    delete rollout.completeSince;
    if (late) return failed(draft, image, { ...seen, reason: `not complete before its deadline: ${seen.reason}` });
    if (image === ours && status === 'failed') return failed(draft, image, seen);
    if (image === ours && isNewlyBlocked(rollout, seen, context.now)) return blocked(draft, rollout, seen.reason);
    if (wasComplete) return anew(draft, rollout, seen.reason);
  }
  watchAgain(draft, rollout);
  return 'unsaid';
}

/**
 * A restart within the stability window: once or twice it begins the window anew, since a program may stumble over what it depends on;
 * a container that restarts three times is told as a crash loop by the cluster's own look, and fails the rollout.
 */
function restartedSince({ restarts: before = 0 }: Rollout, { restarts = 0 }: Watched): string | undefined {
  const more = restarts - before;
  return more > 0 ? `${more === 1 ? 'a container' : 'containers'} of the new pods restarted (${more})` : undefined;
}

/** Where no pod is wanted, a new image is not shown to work; what was live before needs no showing. */
function isBackWithoutPods({ phase, kind }: Rollout, seen: Watched): boolean {
  return seen.blocked === 'no-pods' && (phase === 'rolling-back' || kind === 'heal');
}

/** What was complete is not, or not without a restart: the window begins anew, and the record says why. */
function anew(draft: Draft, rollout: Rollout, why: string): Row {
  watchAgain(draft, rollout);
  const text = `${why}: the ${draft.context.environment.stabilitySeconds} s in which it must be stable begin anew`;
  return { what: 'unstable', text, ...about(rollout), detail: { number: rollout.number } };
}

/** With the end of the log that tells why: bounded and without secrets, as the cluster's look gives it. */
function failed(draft: Draft, image: string | null, { reason, log }: Watched): Row {
  const isBack = draft.target.rollout?.phase === 'rolling-back';
  const row = isBack ? beHeldWith(draft, image, `rolling back failed: ${reason}`) : rollBack(draft, reason);
  if (log === undefined || typeof row !== 'object' || 'kind' in row) return row;
  return { ...row, detail: { ...row.detail, log: log.join('\n') } };
}

/** A heal gives way to nobody; a rollout that a person approved leaves it to a person. */
function changedByOthers(draft: Draft, image: string | null, reason: string): Row {
  const { kind, phase } = draft.target.rollout ?? {};
  return kind === 'heal' && phase === 'rolling-out' ? healUndone(draft, reason) : foundForeign(draft, image, reason);
}
