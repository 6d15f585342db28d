import type { Instant } from '../engine/instant.ts';
import { type Html, html } from './html.ts';

const format = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
});

/** A point in time for a person, in UTC, with how far it is from now: `23 Nov 2026, 16:03 UTC (in 2 h)`. */
export function moment(at: Instant, now: Instant): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${format.format(at)} UTC</time> <span class="soft gap">(${distance(at, now)})</span>`;
}

/** Only the distance, the time itself as a tooltip: for tables. */
export function ago(at: Instant, now: Instant): Html {
  return html`<time datetime="${new Date(at).toISOString()}" title="${format.format(at)} UTC">${distance(at, now)}</time>`;
}

/** How far `at` is from `now`: `just now`, `5 min ago`, `in 3 h`, `2 days ago`. */
export function distance(at: Instant, now: Instant): string {
  const gap = Math.abs(at - now);
  if (gap < 10_000) return 'just now';
  const text = duration(gap);
  return at < now ? `${text} ago` : `in ${text}`;
}

/** A length of time in milliseconds, in the largest unit that fits: `42 s`, `5 min`, `3 h`, `2 days`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
