import { ignored } from '../engine/decision.ts';
import type { BranchEvent } from './event.ts';
import { type BranchDecision, type Changed, KNOWN_A_SECOND, late, newest } from './newest.ts';
import { secondOf } from './order.ts';
import type { Branch, Push } from './record.ts';

/**
 * GitHub's clock for pushes counts seconds, and within one the pushes do not tell their order. That one leads to where another
 * began proves nothing while a third may be on its way: b, a, c, b is a second in which "c to b" and "b to a" look like one way. Nor
 * does a step that is known: it may have been made once more. So the branch's head is asked, and until then the push waits.
 */
export function sameSecond(branch: Branch, push: Push): BranchDecision {
  const known = [...branch.second.map((other) => other.push), ...(branch.waiting ?? [])];
  const isKnown = known.some(({ commit, before }) => commit === push.commit && before === push.before);
  if (!isKnown) return wait(branch, push);
  if (known.length === 1) return ignored('push-known');
  return { kind: 'changed', record: branch, effects: [{ kind: 'look-head' }] };
}

function wait(branch: Branch, push: Push): Changed {
  const waiting = [...(branch.waiting ?? []), push];
  const dropped = waiting.slice(0, -KNOWN_A_SECOND).map((other) => late(other, branch.order));
  return {
    kind: 'changed',
    record: { ...branch, waiting: waiting.slice(-KNOWN_A_SECOND), waited: (branch.waited ?? 0) + 1 },
    effects: [...dropped, { kind: 'look-head' }],
    remark: {
      what: 'push-waits',
      text: 'pushed within the second of another: which one is the newest is asked',
      by: { name: push.pusher, how: 'github-push' },
      release: push.commit,
      detail: { before: push.before },
    },
  };
}

/** The branch's head tells which push of its second is the newest. */
export function headSeen(branch: Branch, seen: Extract<BranchEvent, { kind: 'head-seen' }>): BranchDecision {
  const { commit, order, waited } = seen;
  if (secondOf(order) !== secondOf(branch.order)) return ignored('head-of-another-second');
  // Another push of the second arrived, or became the newest, since: what the head was then says nothing of it.
  if (order !== branch.order || waited !== (branch.waited ?? 0))
    return { kind: 'changed', record: branch, effects: [{ kind: 'look-head' }] };
  const led = branch.waiting?.findLast((push) => push.commit === commit);
  if (led !== undefined) return newest(branch, led, branch.codebase);
  // What waits was pushed earlier, then.
  if (commit === branch.commit)
    return settle(branch, branch.order - 1, 'the branch points here: this is the newest push');
  const known = branch.second.find(({ push }) => push.commit === commit);
  if (known !== undefined) return newest(branch, known.push, branch.codebase);
  const why = seen.refused ?? 'the branch is gone';
  // A head that is not among them belongs to a later push, whose own delivery decides; or the source does not say.
  const text =
    commit === undefined ? `which push is the newest cannot be asked (${why})` : 'a newer push is on its way';
  return settle(branch, branch.order, `${text}; until the next one this stays the newest`);
}

/**
 * What waited is told that it is not the newest. Where nobody can say which of two was pushed later they have the same order, so that
 * neither replaces the other.
 */
function settle({ waiting, ...branch }: Branch, order: number, text: string): BranchDecision {
  if (waiting === undefined) return ignored('head-makes-none-newer');
  const told = waiting.map((push) => ({ push, order }));
  return {
    kind: 'changed',
    record: { ...branch, second: [...told, ...branch.second].slice(-KNOWN_A_SECOND) },
    effects: waiting.map((push) => late(push, order)),
    remark: { what: 'head-seen', text, release: branch.commit },
  };
}
