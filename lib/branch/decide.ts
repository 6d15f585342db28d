import { ignored } from '../engine/decision.ts';
import type { Warmed } from './cold.ts';
import type { BranchEvent } from './event.ts';
import { type BranchDecision, late, newest } from './newest.ts';
import { orderOf, secondOf } from './order.ts';
import type { Branch } from './record.ts';
import { headSeen, sameSecond } from './same-second.ts';

/** Which push is the newest; it alone makes its release wait for a build. */
export function decideBranch(branch: Branch | undefined, event: BranchEvent, codebase: string): BranchDecision {
  if (event.kind === 'head-seen') return branch === undefined ? ignored('no-push-yet') : headSeen(branch, event);
  if (event.kind === 'warmed') return warmed(branch, event);
  const { push } = event;
  if (branch === undefined) return newest(undefined, push, codebase);
  const second = secondOf(branch.order);
  if (push.pushedAt > second) return newest(branch, push, codebase);
  if (push.pushedAt < second) return { kind: 'changed', record: branch, effects: [late(push, orderOf(push))] };
  return sameSecond(branch, push);
}

/** A build that a later push left behind says nothing of what that push changed. */
function warmed(branch: Branch | undefined, { order }: Warmed): BranchDecision {
  if (branch?.cold === undefined) return ignored('not-cold');
  if (order < branch.cold.order) return ignored('cold-since-a-later-push');
  const { cold: _, ...record } = branch;
  return { kind: 'changed', record, effects: [] };
}
