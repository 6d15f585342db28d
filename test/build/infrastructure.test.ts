import { describe, expect, test } from 'vitest';
import { BuildAnswer } from '../../lib/build/build-answer.ts';
import { isInfrastructure } from '../../lib/build/infrastructure.ts';
import { observe } from '../../lib/build/observe.ts';

const phases = [
  'SUBMITTED',
  'QUEUED',
  'PROVISIONING',
  'DOWNLOAD_SOURCE',
  'INSTALL',
  'PRE_BUILD',
  'BUILD',
  'POST_BUILD',
];

/** A build that ended so in a phase, with what its context says. */
function ended(buildStatus: string, phase: string, message = ''): BuildAnswer {
  const before = phases.slice(0, phases.indexOf(phase));
  return BuildAnswer.parse({
    id: 'drover-shop:1',
    buildStatus,
    phases: [
      ...before.map((phaseType) => ({ phaseType, phaseStatus: 'SUCCEEDED' })),
      { phaseType: phase, phaseStatus: buildStatus, contexts: [{ message }] },
      { phaseType: 'COMPLETED' },
    ],
  });
}

describe('is no fault of the codebase', () => {
  test.each([
    ['FAULT', 'PROVISIONING', 'Internal Service Error'],
    ['FAULT', 'BUILD', 'Build container found dead before completing the build.'],
    ['FAILED', 'PROVISIONING', 'BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE: Unable to pull the container image'],
    ['TIMED_OUT', 'PROVISIONING', ''],
    [
      'FAILED',
      'DOWNLOAD_SOURCE',
      "unable to access 'https://github.com/acme/shop/': The requested URL returned error: 503",
    ],
    ['FAILED', 'DOWNLOAD_SOURCE', 'error: RPC failed; HTTP 500 curl 22 The requested URL returned error: 500'],
    ['FAILED', 'DOWNLOAD_SOURCE', 'Could not resolve host: github.com for primary source'],
  ])('%s in %s: %s', (status, phase, message) => {
    expect(isInfrastructure(ended(status, phase, message))).toBe(true);
    expect(observe(ended(status, phase, message)).kind).toBe('lost');
  });
});

describe('is told, and not tried again', () => {
  test.each([
    ['FAILED', 'DOWNLOAD_SOURCE', 'reference not found for primary source and source version 4f2a'],
    ['FAILED', 'DOWNLOAD_SOURCE', 'authorization failed for primary source and source version 4f2a'],
    ['FAILED', 'DOWNLOAD_SOURCE', 'The requested URL returned error: 403'],
    ['FAILED', 'DOWNLOAD_SOURCE', 'YAML_FILE_ERROR: stat buildspec.yml: no such file'],
    ['TIMED_OUT', 'QUEUED', ''],
    ['STOPPED', 'PROVISIONING', ''],
    // What a test prints may be anything: nothing of it is read.
    ['FAILED', 'BUILD', 'Error while executing command: npm test. Reason: The requested URL returned error: 503'],
    ['FAILED', 'INSTALL', 'RPC failed'],
    ['TIMED_OUT', 'BUILD', ''],
    ['FAILED', 'POST_BUILD', ''],
  ])('%s in %s: %s', (status, phase, message) => {
    expect(isInfrastructure(ended(status, phase, message))).toBe(false);
    expect(observe(ended(status, phase, message)).kind).toBe('failed');
  });
});
