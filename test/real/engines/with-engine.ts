import { describe, test } from 'vitest';

/**
 * Runs what needs an engine. Where it is not installed (`missing` says what is lacking), one skipped test says so on a
 * developer's machine; in CI, where everything has to run, that test fails.
 */
export function withEngine(engine: string, missing: string | undefined, run: () => void): void {
  if (missing === undefined) {
    describe(engine, run);
    return;
  }
  if (process.env.CI)
    test(engine, () => {
      throw new Error(`${engine} is missing: ${missing}`);
    });
  else test.skip(`${engine} is missing: ${missing}`, () => undefined);
}
