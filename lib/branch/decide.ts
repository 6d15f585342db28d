import { type Decision, ignored } from '../engine/decision.ts';
import { coldAfter, type Warmed } from './cold.ts';
import type { BranchEffect, BranchEvent } from './event.ts';
import { comesBack, lastCommit, orderAbove, orderBelow, orderOf, secondOf } from './order.ts';
import type { Branch, OrderedPush, Push } from './record.ts';

/** More pushes than this in one second are not told apart: the branch's head is asked for. */
const KNOWN_A_SECOND = 20;

type BranchDecision = Decision<Branch, BranchEffect>;
type Changed = Extract<BranchDecision, { kind: 'changed' }>;

/** Which push is the newest; it alone makes its release wait for a build. */
export function decideBranch(branch: Branch | undefined, event: BranchEvent, codebase: string): BranchDecision {
  if (event.kind === 'head-seen') return branch === undefined ? ignored('no-push-yet') : headSeen(branch, event);
  if (event.kind === 'warmed') return warmed(branch, event);
  const { push } = event;
  if (branch === undefined) return newest(undefined, { push, order: orderOf(push) }, [], codebase);
  const second = secondOf(branch.order);
  if (push.pushedAt > second) return newest(branch, { push, order: orderOf(push) }, [], codebase);
  if (push.pushedAt < second) return late(branch, { push, order: orderOf(push) });
  return sameSecond(branch, push);
}

/**
 * GitHub's clock for pushes counts seconds: within one, the chain of before and after decides, then the branch's head. Where the
 * branch came back to a commit, a step that is known may have been made once more, which no payload tells: the head is asked.
 */
function sameSecond(branch: Branch, push: Push): BranchDecision {
  const known = branch.second.map((other) => other.push);
  if (known.some((other) => other.commit === push.commit && other.before === push.before)) {
    if (branch.commit === push.commit || !comesBack(known)) return ignored('push-known');
    return { kind: 'changed', record: branch, effects: [{ kind: 'look-head' }] };
  }
  const all = [...known, push];
  const tip = lastCommit(all);
  const decision = tip === push.commit ? newestOfSecond(branch, push) : olderOfSecond(branch, push);
  const isSure = !comesBack(all) && (tip === push.commit || tip === branch.commit);
  return isSure ? decision : { ...decision, effects: [...decision.effects, { kind: 'look-head' }] };
}

function newestOfSecond(branch: Branch, push: Push): Changed {
  return newest(branch, { push, order: orderAbove(branch.second) }, branch.second, branch.codebase);
}

function olderOfSecond(branch: Branch, push: Push): Changed {
  const older = { push, order: orderBelow(branch.second) };
  return late({ ...branch, second: [...branch.second, older].slice(-KNOWN_A_SECOND) }, older);
}

function headSeen(branch: Branch, { commit, order }: Extract<BranchEvent, { kind: 'head-seen' }>): BranchDecision {
  if (secondOf(order) !== secondOf(branch.order)) return ignored('head-of-another-second');
  // Another push of the second became the newest since: what the head was then says nothing of it.
  if (order !== branch.order) return { kind: 'changed', record: branch, effects: [{ kind: 'look-head' }] };
  if (commit === branch.commit) return ignored('head-is-newest-already');
  const known = branch.second.find(({ push }) => push.commit === commit);
  // A head that is not among them belongs to a later push, whose own delivery decides.
  if (known === undefined) return ignored('head-of-another-push');
  const others = branch.second.filter((other) => other !== known);
  return newest(branch, { push: known.push, order: orderAbove(branch.second) }, others, branch.codebase);
}

function newest(branch: Branch | undefined, pushed: OrderedPush, second: OrderedPush[], codebase: string): Changed {
  const { push, order } = pushed;
  const cold = coldAfter(branch?.cold, pushed, branch === undefined);
  const told = { kind: 'pushed' as const, push, order, newest: true, ...(cold && { cold: cold.cause }) };
  const effects: BranchEffect[] = [{ kind: 'send-release', commit: push.commit, event: told }];
  if (branch !== undefined && branch.commit !== push.commit)
    effects.push({ kind: 'send-release', commit: branch.commit, event: { kind: 'newer-push', order } });
  return {
    kind: 'changed',
    record: {
      kind: 'branch',
      codebase,
      commit: push.commit,
      order,
      second: [...second, pushed].slice(-KNOWN_A_SECOND),
      ...(cold && { cold }),
    },
    effects,
    remark: {
      what: 'pushed',
      text: push.forced ? 'pushed by force, as the newest' : 'pushed, as the newest',
      by: { name: push.pusher, how: 'github-push' },
      release: push.commit,
      detail: { before: push.before, order },
    },
  };
}

/** A build that a later push left behind says nothing of what that push changed. */
function warmed(branch: Branch | undefined, { order }: Warmed): BranchDecision {
  if (branch?.cold === undefined) return ignored('not-cold');
  if (order < branch.cold.order) return ignored('cold-since-a-later-push');
  const { cold: _, ...record } = branch;
  return { kind: 'changed', record, effects: [] };
}

function late(branch: Branch, { push, order }: OrderedPush): Changed {
  return {
    kind: 'changed',
    record: branch,
    effects: [{ kind: 'send-release', commit: push.commit, event: { kind: 'pushed', push, order, newest: false } }],
  };
}
