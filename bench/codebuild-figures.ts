/** A number of the model. `from` is where it was read; `assumed` that nothing was found, and why this. */
export type Figure = { seconds: number; from: string } | { seconds: number; assumed: string };

const sandbox =
  'AWS CodeBuild user guide, "Debug builds with CodeBuild sandbox": BUILD_GENERAL1_SMALL, LINUX_CONTAINER, February 2025';
const stopBuild = 'aws-cli, awscli/examples/codebuild/stop-build.rst: BUILD_GENERAL1_MEDIUM, LINUX_CONTAINER, May 2019';
const batchGet =
  'aws-cli, awscli/examples/codebuild/batch-get-builds.rst: two builds of a WINDOWS_CONTAINER, January 2019';

/** What CodeBuild takes around the steps of a build; seconds. Answers of the real service that AWS prints as examples, where there are any. */
export const figures = {
  queued: { seconds: 0.5, from: `${sandbox} (SUBMITTED and QUEUED, 0.49 and 0.56)` },
  'provisioning, small': { seconds: 4.2, from: `${sandbox} (PROVISIONING, 4.5 and 3.8)` },
  'provisioning, large': {
    seconds: 14.6,
    assumed: `as medium had it in ${stopBuild}; no answer of a large one was found`,
  },
  'provisioning, 2xlarge': {
    seconds: 60,
    assumed: 'four times the above: AWS says nothing of how many of the largest it keeps ready',
  },
  source: {
    seconds: 2.9,
    from: `${sandbox} (DOWNLOAD_SOURCE, 1.7 and 2.9, from S3); a long history on GitHub takes longer`,
  },
  tools: { seconds: 2, assumed: 'choosing two runtimes in the install phase, a second each' },
  finalizing: { seconds: 2.2, from: `${batchGet} (FINALIZING, 2.2 and 2.2)` },
  'push reaches drover': { seconds: 2, assumed: 'GitHub says of a delivery only that it follows the push' },
  'end of the build is told': {
    seconds: 1,
    assumed: 'AWS calls EventBridge near real-time, and the registry is asked once more',
  },
  'pods start': { seconds: 20, assumed: 'a slim image is pulled, started and ready; depends on the service alone' },
  'a person says yes': { seconds: 60, assumed: 'somebody who waits for it' },
} satisfies Record<string, Figure>;

/** Megabytes a second between a build machine and a registry or S3 of its region. Nothing is promised for CodeBuild. */
export const MEGABYTES_A_SECOND = 50;

/** One core of CodeBuild's beside one of the machine that measured. AWS names neither processor nor clock. */
export const CORE_SPEED = 1;
