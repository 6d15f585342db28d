import type { Codebase } from '../lib/codebase/codebase.ts';
import { computeTypes, isLambda, type Platform } from '../lib/codebase/compute.ts';

type Kind = { container: string; image: string; lambda: string; lambdaImage: string };

/**
 * CodeBuild's own images: user guide, "EC2 compute images" and "Lambda compute images". The latter hold one language each; node is the
 * one whose recipe needs no other (lib/codebase/check-machines.ts).
 */
const kinds: Record<Platform, Kind> = {
  'linux/arm64': {
    container: 'ARM_CONTAINER',
    image: 'aws/codebuild/amazonlinux-aarch64-standard:3.0',
    lambda: 'ARM_LAMBDA_CONTAINER',
    lambdaImage: 'aws/codebuild/amazonlinux-aarch64-lambda-standard:nodejs22',
  },
  'linux/amd64': {
    container: 'LINUX_CONTAINER',
    image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
    lambda: 'LINUX_LAMBDA_CONTAINER',
    lambdaImage: 'aws/codebuild/amazonlinux-x86_64-lambda-standard:nodejs22',
  },
};

/**
 * What a codebase's builds run on, as its project says it. With `compute: auto` a build asks for another size where it needs one
 * (lib/build/machine.ts); a fleet's machines have their own, whatever stands here.
 */
export function machineOf({ language, compute, fleet, platforms }: Codebase): Record<string, unknown> {
  const kind = kinds[platforms[0] ?? 'linux/arm64'];
  const computeType = computeTypes[compute === 'auto' ? 'small' : compute];
  if (isLambda(compute)) return { Type: kind.lambda, Image: kind.lambdaImage, ComputeType: computeType };
  return {
    Type: kind.container,
    Image: kind.image,
    ComputeType: computeType,
    // "Enables running the Docker daemon inside a Docker container. Set to true only if the build project is used to build Docker
    // images" (CodeBuild API, ProjectEnvironment): every other language's image is put together without one.
    ...(language === 'dockerfile' ? { PrivilegedMode: true } : {}),
    ...(fleet === undefined ? {} : { Fleet: { FleetArn: fleet } }),
  };
}

/** Minutes that a build may wait in CodeBuild's queue: as long as drover itself waits for a start (GIVE_UP_AFTER). */
const queuedMinutes = 360;

/** Lambda takes neither time: "doesn't support … custom build timeouts, queue timeout" (user guide, "Run builds on AWS Lambda compute"). */
export const timesOf = ({ compute, buildTimeoutMinutes }: Codebase): Record<string, number> =>
  isLambda(compute) ? {} : { TimeoutInMinutes: buildTimeoutMinutes, QueuedTimeoutInMinutes: queuedMinutes };

/** When a build's steps must have ended, in seconds after its install phase began: two minutes before CodeBuild ends it, which counts from before the source is fetched. */
export const stepSeconds = ({ buildTimeoutMinutes }: Codebase): string => String(buildTimeoutMinutes * 60 - 120);

/** Which recipe: Lambda's images choose no runtime, so theirs leaves that out (infra/recipe-files.ts). */
export const recipeOf = ({ language, compute }: Codebase): string =>
  isLambda(compute) ? `${language}.lambda.yml` : `${language}.yml`;
