/** What an image can run on; the first that a codebase names is also what its builds run on. */
export const platforms = ['linux/arm64', 'linux/amd64'] as const;
export type Platform = (typeof platforms)[number];

/** Sizes of CodeBuild's machines, smallest first. */
export const computeSizes = ['small', 'medium', 'large', 'xlarge', '2xlarge'] as const;
export type ComputeSize = (typeof computeSizes)[number];

/** CodeBuild on Lambda, by memory. */
const lambdaSizes = ['lambda-1gb', 'lambda-2gb', 'lambda-4gb', 'lambda-8gb', 'lambda-10gb'] as const;

/** What a codebase may say of its builds' machine; `auto`: by rule, for each build (lib/build/machine.ts). */
export const computes = ['auto', ...computeSizes, ...lambdaSizes] as const;
export type Compute = (typeof computes)[number];

/** Whether builds run on Lambda, where other rules hold (infra/build-environment.ts). */
export const isLambda = (compute: Compute): boolean => compute.startsWith('lambda-');

/**
 * Cores of each size. Source: CodeBuild user guide, "Build environment compute modes and types", ARM_CONTAINER and
 * LINUX_CONTAINER: https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html
 */
export const cores: Record<Platform, Record<ComputeSize, number>> = {
  'linux/arm64': { small: 2, medium: 4, large: 8, xlarge: 32, '2xlarge': 48 },
  'linux/amd64': { small: 2, medium: 4, large: 8, xlarge: 36, '2xlarge': 72 },
};

/** The API's words: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html, `computeType`. */
export const computeTypes = {
  small: 'BUILD_GENERAL1_SMALL',
  medium: 'BUILD_GENERAL1_MEDIUM',
  large: 'BUILD_GENERAL1_LARGE',
  xlarge: 'BUILD_GENERAL1_XLARGE',
  '2xlarge': 'BUILD_GENERAL1_2XLARGE',
  'lambda-1gb': 'BUILD_LAMBDA_1GB',
  'lambda-2gb': 'BUILD_LAMBDA_2GB',
  'lambda-4gb': 'BUILD_LAMBDA_4GB',
  'lambda-8gb': 'BUILD_LAMBDA_8GB',
  'lambda-10gb': 'BUILD_LAMBDA_10GB',
} as const satisfies Record<Exclude<Compute, 'auto'>, string>;
