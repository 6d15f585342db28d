/**
 * What CodeBuild costs on demand in US East (N. Virginia), in dollars, as of August 2026; its free allowance is not counted. AWS's
 * page (https://aws.amazon.com/codebuild/pricing/) shows its rates by script, so these were read where others quote them:
 * - LINUX_CONTAINER: EliAndrewC/diagram ("us-east-1 Linux on-demand price list, 2026-08": medium to 2XLARGE; its 0.08 for XLARGE is
 *   0.0798 in two others), small in the Bitbucket comparison of earthly/website.
 * - ARM_CONTAINER: small and large in earthly/website, medium in AWS's usage type `USE1-Build-Min:ARM:g1.medium`, 2XLARGE by the
 *   Pricing API (SKU UB8Y5XEZW2M4GZ8Y, May 2026).
 * - Lambda: k_kojima, "GitHub Actions Self-hosted Runner on CodeBuild" (September 2024); its 2 GB at $0.0024 a minute elsewhere.
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
