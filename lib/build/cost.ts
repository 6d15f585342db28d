import { rates } from './rates.ts';

/** Where a build ran, in CodeBuild's words: its environment's type and its compute type. */
export type Compute = { type: string; size: string };

/**
 * What a build cost in cents, by the list price; undefined where the rate is not known. Billed is the time from its submission to
 * its end, rounded up: to whole minutes, and to whole seconds on Lambda compute (https://aws.amazon.com/codebuild/pricing/).
 */
export function centsOf({ type, size }: Compute, milliseconds: number): number | undefined {
  for (const { rate, unit } of [
    { rate: rates.perMinute[type]?.[size], unit: 60_000 },
    { rate: rates.perSecond[type]?.[size], unit: 1_000 },
  ]) {
    if (typeof rate !== 'number') continue;
    // Without the dust of binary fractions: a ten-thousandth of a cent is below any bill.
    return Math.round(rate * Math.ceil(milliseconds / unit) * 1_000_000) / 10_000;
  }
  return undefined;
}
