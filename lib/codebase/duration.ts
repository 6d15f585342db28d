import * as z from 'zod';

const unitSeconds = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Seconds in a duration such as `60s`, `10m`, `6h` or `7d`; NaN where it is none. */
export function secondsIn(duration: string): number {
  const [, count, unit] = /^([1-9]\d{0,6})([smhd])$/.exec(duration) ?? [];
  if (unit === 's' || unit === 'm' || unit === 'h' || unit === 'd') return Number(count) * unitSeconds[unit];
  return Number.NaN;
}

/** A schema for a duration of at least `least` and at most `most`. It stays text: what reads it asks `secondsIn`. */
export function duration(least: string, most: string) {
  return z
    .string()
    .regex(/^[1-9]\d{0,6}[smhd]$/, 'write a whole number and one of s, m, h, d: 60s, 10m, 6h, 7d')
    .refine(
      (text) => !(secondsIn(text) < secondsIn(least) || secondsIn(text) > secondsIn(most)),
      `out of range: between ${least} and ${most}`,
    );
}
