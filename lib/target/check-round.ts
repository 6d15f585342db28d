import * as z from 'zod';
import type { Cluster } from '../cluster/cluster.ts';
import type { Herd } from '../codebase/codebase.ts';
import type { Advance } from '../engine/advance.ts';
import { type Instant, seconds } from '../engine/instant.ts';
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
/** A page ends after this time, wherever it is, and the next one begins there: half of what the worker has. */
const LONGEST_PAGE = seconds(30);

export type Round = {
  table: HistoryTable;
  herd: Herd;
  cluster: Pick<Cluster, 'check'>;
  advance: Pick<Advance, 'target'>;
  send: (next: CheckRound) => Promise<void>;
  now: () => Instant;
  /** A target that could not be looked at this time, or whose decision could not be written. */
  failed: (target: Target, error: unknown) => void;
};

/** What became of a page: how many were looked at, how many of them were otherwise than approved. */
export type Checks = { looked: number; differing: number; failed: number };

/**
 * Looks at one page of targets. The next page is sent last, and where the time was up it begins there: a page that is handled again,
 * because its worker died, then never starts the rest of the round a second time. A cluster that does not answer is not asked again
 * in the same page: one time-out, not two hundred.
 */
export async function checkPage(round: Round, { checkTargets: { after } }: CheckRound): Promise<Checks> {
  const { targets, next } = await listTargets(round.table, { limit: PAGE, from: after });
  const checks: Checks = { looked: 0, differing: 0, failed: 0 };
  const silent = new Set<string>();
  const waiting = targets.filter(isToBeChecked);
  const until = round.now() + LONGEST_PAGE;
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(round, waiting, silent, checks, until)));
  const [left] = waiting;
  const before = left === undefined ? undefined : targets[targets.indexOf(left) - 1];
  const from = before === undefined ? next : { codebase: before.codebase, environment: before.environment };
  if (from !== undefined) await round.send({ checkTargets: { after: from } });
  return checks;
}

/** Takes targets off the list until there are none, or the time is up. */
async function work(
  round: Round,
  waiting: Target[],
  silent: Set<string>,
  checks: Checks,
  until: Instant,
): Promise<void> {
  for (let target = waiting.shift(); target !== undefined; target = round.now() < until ? waiting.shift() : undefined) {
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
