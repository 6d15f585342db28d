import { describe, expect, test } from 'vitest';
import { centsOf } from '../../lib/build/cost.ts';
import { rates } from '../../lib/build/rates.ts';

const minute = 60_000;
const on = (type: string, size: string) => ({ type, size });

/** Where each figure was read is said in lib/build/rates.ts; here is what follows from it. */
describe('what a build costs by the list price of US East (N. Virginia)', () => {
  test.each([
    // earthly.dev, "Bitbucket Continuous Integration Options Compared": 200 minutes are $0.68, $3.00, $1.00 and $40.00.
    [on('ARM_CONTAINER', 'BUILD_GENERAL1_SMALL'), 200 * minute, 68],
    [on('ARM_CONTAINER', 'BUILD_GENERAL1_LARGE'), 200 * minute, 300],
    [on('LINUX_CONTAINER', 'BUILD_GENERAL1_SMALL'), 200 * minute, 100],
    [on('LINUX_CONTAINER', 'BUILD_GENERAL1_2XLARGE'), 200 * minute, 4_000],
    // The AWS Pricing Calculator, US East (Ohio): 1 build of 10 minutes on arm1.2xlarge is $0.90.
    [on('ARM_CONTAINER', 'BUILD_GENERAL1_2XLARGE'), 10 * minute, 90],
    // AWS's page: the time is rounded up to the nearest minute.
    [on('ARM_CONTAINER', 'BUILD_GENERAL1_SMALL'), 1, 0.34],
    [on('ARM_CONTAINER', 'BUILD_GENERAL1_SMALL'), minute, 0.34],
    [on('ARM_CONTAINER', 'BUILD_GENERAL1_SMALL'), minute + 1, 0.68],
    [on('ARM_CONTAINER', 'BUILD_GENERAL1_SMALL'), 0, 0],
    // Lambda compute by the second: $0.00001 on arm, twice that on x86, for 1 GB (k_kojima, September 2024).
    [on('ARM_LAMBDA_CONTAINER', 'BUILD_LAMBDA_1GB'), 59_001, 0.06],
    [on('LINUX_LAMBDA_CONTAINER', 'BUILD_LAMBDA_1GB'), minute, 0.12],
    [on('LINUX_LAMBDA_CONTAINER', 'BUILD_LAMBDA_2GB'), minute, 0.24],
  ])('%o for %i ms: %f cents', (compute, milliseconds, cents) => {
    expect(centsOf(compute, milliseconds)).toBe(cents);
  });

  test.each([
    on('ARM_CONTAINER', 'BUILD_GENERAL1_XLARGE'),
    on('LINUX_GPU_CONTAINER', 'BUILD_GENERAL1_SMALL'),
    on('ARM_CONTAINER', 'toString'),
    on('constructor', 'name'),
  ])('of %o no rate is known: that is no cost, not a cost of nothing', (compute) => {
    expect(centsOf(compute, minute)).toBeUndefined();
  });

  test('a larger size never costs less', () => {
    for (const table of [rates.perMinute, rates.perSecond])
      for (const sizes of Object.values(table)) {
        const values = Object.values(sizes);
        expect(values).toEqual(values.toSorted((one, other) => one - other));
      }
  });
});
