/**
 * What CodeBuild costs on demand in US East (N. Virginia), in dollars, as of August 2026; its free allowance is not counted. AWS's
 * page (https://aws.amazon.com/codebuild/pricing/) shows its rates by script, so these were read where others quote them:
 * - LINUX_CONTAINER: medium to 2XLARGE in a table "us-east-1 Linux on-demand price list, 2026-08" of a project's own builds; XLARGE
 *   to its fourth digit in two comparisons of runners; small in "Bitbucket Continuous Integration Options Compared" (earthly.dev).
 * - ARM_CONTAINER: small and large there too; 2XLARGE by the Pricing API for US East (Ohio), May 2026 (SKU UB8Y5XEZW2M4GZ8Y).
 *   Medium is the weakest: two tables agree on it, and neither names its source.
 * - Lambda: "Running GitHub Actions' self-hosted runner on AWS CodeBuild" (k_kojima, in Japanese, September 2024) for 1 GB; 2 GB on
 *   x86 as $0.0024 a minute in a comparison of runners.
 * A size that is not here was found nowhere: its builds have no cost, which is not the same as none.
 */
export const rates: { asOf: string; region: string; perMinute: Rates; perSecond: Rates } = {
  asOf: '2026-08',
  region: 'us-east-1',
  perMinute: {
    ARM_CONTAINER: {
      BUILD_GENERAL1_SMALL: 0.0034,
      BUILD_GENERAL1_MEDIUM: 0.007,
      BUILD_GENERAL1_LARGE: 0.015,
      BUILD_GENERAL1_2XLARGE: 0.09,
    },
    LINUX_CONTAINER: {
      BUILD_GENERAL1_SMALL: 0.005,
      BUILD_GENERAL1_MEDIUM: 0.01,
      BUILD_GENERAL1_LARGE: 0.02,
      BUILD_GENERAL1_XLARGE: 0.0798,
      BUILD_GENERAL1_2XLARGE: 0.2,
    },
  },
  perSecond: {
    ARM_LAMBDA_CONTAINER: { BUILD_LAMBDA_1GB: 0.00001 },
    LINUX_LAMBDA_CONTAINER: { BUILD_LAMBDA_1GB: 0.00002, BUILD_LAMBDA_2GB: 0.00004 },
  },
};

/** Dollars by environment type and compute type, both in CodeBuild's own words (API_ProjectEnvironment). */
type Rates = Record<string, Record<string, number>>;
