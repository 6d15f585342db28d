/** Of some measurements, in their unit. */
type Spread = { median: number; min: number; max: number; count: number };

/** Median, least and greatest. Throws where there is nothing to measure. */
function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => {
    const value = sorted[index];
    if (value === undefined) throw new Error('nothing was measured');
    return value;
  };
  const middle = (sorted.length - 1) / 2;
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
  return { median, min: at(0), max: at(sorted.length - 1), count: sorted.length };
}

/** What was measured of one variant against another, pair by pair: both of a pair ran one after the other. */
export const ratios = (values: readonly number[], beside: readonly number[]): number[] =>
  values.map((value, at) => value / (beside[at] ?? Number.NaN));

/**
 * Runs each variant in turn, round after round (A B A B), so that what slows the machine down slows all of them. The first round
 * warms up and is not counted. Results by variant, in the order of the rounds.
 */
export async function interleave<T>(
  rounds: number,
  variants: readonly (() => Promise<T>)[],
  beforeRound: (round: number) => void = () => undefined,
): Promise<T[][]> {
  const results: T[][] = variants.map(() => []);
  for (let round = 0; round <= rounds; round += 1) {
    beforeRound(round);
    for (const [at, variant] of variants.entries()) {
      const result = await variant();
      if (round > 0) results[at]?.push(result);
    }
  }
  return results;
}

/** Milliseconds that it took, and what it gave. */
export async function timed<T>(run: () => Promise<T>): Promise<{ milliseconds: number; value: T }> {
  const began = performance.now();
  const value = await run();
  return { milliseconds: performance.now() - began, value };
}

/** `12.3 (10.1–19.8)`: the median, and the least and the greatest. */
export function showSpread(values: readonly number[], digits: number): string {
  const { median, min, max } = spreadOf(values);
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}
