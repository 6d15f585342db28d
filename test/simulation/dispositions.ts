import type { TargetEvent } from '../../lib/target/event.ts';
import type { Rollout, Target } from '../../lib/target/record.ts';
import type { World } from './world.ts';

type Ordered = { release?: string | undefined; order: number };

/** Which releases somebody or something has disposed of, so that they need no longer be live or asked for. */
export type Dispositions = {
  decided: (before: Target | undefined, after: Target, event: TargetEvent | { kind: string }) => void;
  isDisposed: (environment: string, of: Ordered) => boolean;
  /** The last release that completed in an environment, which the next one must have been offered. */
  completed: Map<string, Rollout>;
  /** Whether one was pushed later than the other, for sure: of equal steps within a second nobody can tell which one is meant. */
  isLater: (one: Ordered | null | undefined, other: Ordered | null | undefined) => boolean;
};

export function dispositions(world: () => World): Dispositions {
  const disposed = new Set<string>();
  const byHand = new Map<string, number>();
  const completed: Dispositions['completed'] = new Map();
  const id = (environment: string, { release, order }: Ordered) => `${environment} ${release}@${order}`;

  /** The true places of the pushes that an order can belong to. */
  function placesOf(of: Ordered | null | undefined): number[] {
    if (of?.release === undefined || of.order === 0) return [0];
    const ofCommit = world().pushes.filter(({ push }) => push.commit === of.release);
    // An order that the branch's head decided may stand for a later push, whose delivery is on its way.
    const isByHead = of.order % 1000 > 500;
    const inSecond = ofCommit.filter(({ push }) => {
      const second = Math.floor(of.order / 1000);
      return push.pushedAt === second || (isByHead && push.pushedAt > second);
    });
    const places = (inSecond.length > 0 ? inSecond : ofCommit.slice(-1)).map(({ seq }) => seq);
    return places.length > 0 ? places : [0];
  }

  function decided(before: Target | undefined, after: Target, event: TargetEvent | { kind: string }): void {
    const { environment } = after;
    const dispose = (of: Ordered | null | undefined) => of && disposed.add(id(environment, of));
    const was = before?.rollout;
    const is = after.rollout;
    if (event.kind === 'offered-by-hand') {
      byHand.set(environment, after.offeredUpTo);
      dispose(before?.candidate);
    }
    if (event.kind === 'rejected' || event.kind === 'ask-expired') dispose(before?.candidate);
    if (event.kind === 'roll-back') dispose(before?.live);
    // Also where the same release is live already, by an earlier push.
    if (event.kind === 'abort') dispose(was);
    // A rollout that ended otherwise than live, was turned back, or was stopped by what somebody else did.
    if (
      was &&
      is?.phase !== 'rolling-out' &&
      after.live?.release !== was.release &&
      !(was.phase === 'rolling-out' && is?.phase === 'stopping' && is.afterStop === 'ask')
    ) {
      const isAskedAgain =
        was.afterStop === 'ask' && (after.candidate?.release === was.release || is?.release === was.release);
      if (!isAskedAgain) dispose(was);
    }
    if (was && after.held) dispose(was);
    if (was?.previous && after.held && after.live?.release !== was.previous.release) dispose(was.previous);
    if (
      was &&
      before?.live &&
      after.live?.release !== before.live.release &&
      (after.live?.approved === false || after.live === null)
    )
      dispose(before.live);
    if (is?.phase === 'stopping' && before?.live) dispose(before.live);
    if (is?.byHand) dispose(is.previous);
    const isDone =
      was?.kind === 'release' &&
      was.phase === 'rolling-out' &&
      event.kind === 'watched' &&
      (is === null || (is.phase === 'rolling-out' && is.number !== was.number)) &&
      after.live?.release === was.release &&
      after.live?.approved === true;
    if (isDone && was.order >= (completed.get(environment)?.order ?? 0)) completed.set(environment, was);
  }

  return {
    decided,
    completed,
    isLater: (one, other) => Math.min(...placesOf(one)) > Math.max(...placesOf(other)),
    isDisposed: (environment, of) => disposed.has(id(environment, of)) || (byHand.get(environment) ?? 0) >= of.order,
  };
}
