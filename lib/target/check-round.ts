import * as z from 'zod';
import type { Cluster } from '../cluster/cluster.ts';
import type { Herd } from '../codebase/codebase.ts';
import type { Advance } from '../engine/advance.ts';
import { TargetPosition } from '../history/cursor.ts';
import { listTargets } from '../history/find-target.ts';
import type { HistoryTable } from '../history/read-items.ts';
import { checkTarget, isToBeChecked } from './check-target.ts';
import type { Target } from './record.ts';

/** A look at every target, page by page: each page is a message on the wake queue, and sends the next one. */
export const CheckRound = z.strictObject({ checkTargets: z.strictObject({ after: TargetPosition.optional() }) });
export type CheckRound = z.infer<typeof CheckRound>;

/** How a round begins. */
export const firstOfRound: CheckRound = { checkTargets: {} };

/** Targets of one page. Their records are one query, of at most 1 MB; at 16 looks at a time they take seconds. */
const PAGE = 200;
const AT_ONCE = 16;

export type Round = {
  table: HistoryTable;
  herd: Herd;
  cluster: Pick<Cluster, 'check'>;
  advance: Pick<Advance, 'target'>;
  send: (next: CheckRound) => Promise<void>;
  /** A target that could not be looked at this time, or whose decision could not be written. */
  failed: (target: Target, error: unknown) => void;
};

/** What became of a page: how many were looked at, how many of them were otherwise than approved. */
export type Checks = { looked: number; differing: number; failed: number };

/**
 * Looks at one page of targets. The next page is sent first, so that a crash loses no more than a page of this round, and the next
 * round sees those again. A cluster that does not answer is not asked again in the same page: one time-out, not two hundred.
 */
export async function checkPage(round: Round, { checkTargets: { after } }: CheckRound): Promise<Checks> {
  const { targets, next } = await listTargets(round.table, { limit: PAGE, from: after });
  if (next !== undefined) await round.send({ checkTargets: { after: next } });
  const checks: Checks = { looked: 0, differing: 0, failed: 0 };
  const silent = new Set<string>();
  const waiting = targets.filter(isToBeChecked);
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(round, waiting, silent, checks)));
  return checks;
}

/** Takes targets off the list until there are none. */
async function work(round: Round, waiting: Target[], silent: Set<string>, checks: Checks): Promise<void> {
  for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
    const { codebase, environment } = target;
    const place = round.herd.byName(codebase)?.environments.find(({ name }) => name === environment);
    if (place === undefined || silent.has(place.cluster)) continue;
    try {
      const found = await checkTarget(round, target, place);
      checks.looked += 1;
      if (found === 'differs') checks.differing += 1;
    } catch (error) {
      silent.add(place.cluster);
      checks.failed += 1;
      round.failed(target, error);
    }
  }
}
