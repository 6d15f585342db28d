import type { OrderedPush, Push } from './record.ts';

/** Orders of one second lie between `second * 1000` and the next; the first push known of a second is in the middle. */
const ORDERS_A_SECOND = 1_000;

export const secondOf = (order: number): number => Math.floor(order / ORDERS_A_SECOND);

/** The order of a push that is alone in its second: it comes from the push itself, never from when it arrived. */
export const orderOf = (push: Push): number => push.pushedAt * ORDERS_A_SECOND + ORDERS_A_SECOND / 2;

/**
 * The commit that the branch had after all of these pushes, or undefined where they do not tell. Each push leads from `before`
 * to `commit`; together they must be one way through all of them (an Eulerian trail), and its end is the commit that is reached
 * once more often than it is left.
 */
export function lastCommit(pushes: readonly Pick<Push, 'before' | 'commit'>[]): string | undefined {
  const balance = new Map<string, number>();
  const add = (commit: string, by: number) => balance.set(commit, (balance.get(commit) ?? 0) + by);
  for (const { before, commit } of pushes) {
    add(before, -1);
    add(commit, 1);
  }
  const ends = [...balance].filter(([, n]) => n !== 0);
  const end = ends.find(([, n]) => n === 1);
  if (ends.length !== 2 || end === undefined || !isConnected(pushes)) return undefined;
  return end[0];
}

function isConnected(pushes: readonly Pick<Push, 'before' | 'commit'>[]): boolean {
  const [first, ...others] = pushes;
  if (first === undefined) return false;
  const reached = new Set([first.before, first.commit]);
  let left = others;
  while (left.length > 0) {
    const apart = left.filter((push) => !reached.has(push.before) && !reached.has(push.commit));
    if (apart.length === left.length) return false;
    for (const push of left) if (!apart.includes(push)) reached.add(push.before).add(push.commit);
    left = apart;
  }
  return true;
}

/** Whether the branch was at some commit twice: then its steps are more than one way through its commits, or the same step twice. */
export function comesBack(pushes: readonly Pick<Push, 'before' | 'commit'>[]): boolean {
  return new Set(pushes.flatMap(({ before, commit }) => [before, commit])).size <= pushes.length;
}

/** An order above, or below, all that are known of the second. */
export const orderAbove = (second: readonly OrderedPush[]): number => Math.max(...second.map(({ order }) => order)) + 1;
export const orderBelow = (second: readonly OrderedPush[]): number => Math.min(...second.map(({ order }) => order)) - 1;
