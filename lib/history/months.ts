import type { Instant } from '../engine/instant.ts';
import { hours } from '../engine/instant.ts';

/** Without `since`, the herd's list goes back so many months: empty months cost a query each. */
const defaultMonths = 12;

/** The month of a time as the herd's partitions are named: `2026-11`. */
function monthOf(at: Instant): string {
  return new Date(at).toISOString().slice(0, 7);
}

/** The month before. */
export function monthBefore(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return monthOf(Date.UTC(year, number - 2, 1));
}

/** The newest month there can be: a source's clock may be ahead of ours, but not by a day. */
export function newestMonth(now: Instant): string {
  return monthOf(now + hours(24));
}

/** The oldest month that a list goes back to. */
export function oldestMonth(since: Instant | undefined, now: Instant): string {
  if (since !== undefined) return monthOf(since);
  const date = new Date(now);
  return monthOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - defaultMonths, 1));
}
