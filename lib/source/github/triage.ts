import type { Push } from '../../branch/record.ts';
import type { Codebase, Herd } from '../../codebase/codebase.ts';
import { type PushEvent, pushOf } from './push-event.ts';

/** What a push is to the herd: a push to a codebase's release branch, or why it is nothing to us. */
export type Triage = { kind: 'push'; codebase: Codebase; push: Push } | { kind: 'ignored'; reason: string };

const zeros = '0'.repeat(40);

/** The questions in their order, the first that says no gives the reason. Only the very `refs/heads/<branch>` is released. */
export function triage(event: PushEvent, herd: Pick<Herd, 'byRepository'>): Triage {
  const codebase = herd.byRepository(event.repository.full_name);
  if (codebase === undefined) return ignored('codebase-not-in-herd');
  if (event.ref.startsWith('refs/tags/')) return ignored('tag');
  if (!event.ref.startsWith('refs/heads/')) return ignored('not-a-branch');
  if (event.ref.startsWith('refs/heads/gh-readonly-queue/')) return ignored('merge-queue');
  if (event.deleted || event.after === zeros) return ignored('branch-deleted');
  if (event.ref !== `refs/heads/${codebase.branch}`) return ignored('another-branch');
  const push = pushOf(event, codebase.language);
  return push === undefined ? ignored('no-head-commit') : { kind: 'push', codebase, push };
}

const ignored = (reason: string): Triage => ({ kind: 'ignored', reason });
