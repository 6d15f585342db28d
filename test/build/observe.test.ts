import { describe, expect, test } from 'vitest';
import { BuildAnswer } from '../../lib/build/build-answer.ts';
import { observe } from '../../lib/build/observe.ts';

const commit = 'a'.repeat(40);
const digest = `sha256:${'b'.repeat(64)}`;
const answer = (more: object) =>
  BuildAnswer.parse({
    id: 'drover-shop:1',
    buildStatus: 'SUCCEEDED',
    currentPhase: 'COMPLETED',
    startTime: new Date(1_000),
    endTime: new Date(9_000),
    sourceVersion: commit,
    resolvedSourceVersion: commit,
    timeoutInMinutes: 20,
    logs: { deepLink: 'https://logs.example/1' },
    phases: [],
    exportedEnvironmentVariables: [
      { name: 'DROVER_DIGEST', value: digest },
      { name: 'DROVER_COMMIT', value: commit },
    ],
    ...more,
  });
const failing = (message: string) => [
  { phaseType: 'INSTALL', phaseStatus: 'SUCCEEDED', durationInSeconds: 3, contexts: [] },
  {
    phaseType: 'BUILD',
    phaseStatus: 'FAILED',
    startTime: new Date(2_000),
    endTime: new Date(4_500),
    contexts: [{ statusCode: 'COMMAND_EXECUTION_ERROR', message }],
  },
];

describe('what CodeBuild says of a build', () => {
  test('success with a digest, the commit and the time of each phase', () => {
    expect(observe(answer({ phases: failing('').slice(0, 1) }))).toEqual({
      kind: 'succeeded',
      digest,
      commit,
      finishedAt: 9_000,
      logUrl: 'https://logs.example/1',
      phases: [{ name: 'INSTALL', status: 'SUCCEEDED', seconds: 3 }],
    });
  });

  test('what the build told of itself, where it ran and what that cost', () => {
    const told = { steps: [{ name: 'test', seconds: 2, result: 'failed' }], compiled: 3 };
    const exportedEnvironmentVariables = [{ name: 'DROVER_FACTS', value: JSON.stringify(told) }];
    const environment = { type: 'ARM_CONTAINER', computeType: 'BUILD_GENERAL1_SMALL', environmentVariables: [] };
    for (const buildStatus of ['SUCCEEDED', 'FAILED', 'FAULT'])
      expect(observe(answer({ buildStatus, exportedEnvironmentVariables, environment }))).toMatchObject({
        facts: told,
        compute: { type: 'ARM_CONTAINER', size: 'BUILD_GENERAL1_SMALL' },
        cents: 0.34,
      });
  });

  test('the reason of a failure, without what looks like a secret, whoever said it', () => {
    const said = 'test: no answer from postgres://shop:open-sesame@db';
    const exportedEnvironmentVariables = [{ name: 'DROVER_REASON', value: said }];
    expect(observe(answer({ buildStatus: 'FAILED', exportedEnvironmentVariables }))).toMatchObject({
      reason: 'test: no answer from postgres://***@db',
    });
    expect(
      observe(answer({ buildStatus: 'FAILED', phases: failing('curl -H "Authorization: Bearer open-sesame"') })),
    ).toMatchObject({
      reason: expect.not.stringContaining('sesame'),
    });
  });

  test("facts that cannot be read are none, and are not the build's fault; of an unknown machine no cost is known", () => {
    const exportedEnvironmentVariables = [
      { name: 'DROVER_DIGEST', value: digest },
      { name: 'DROVER_FACTS', value: '{"steps":' },
    ];
    const environment = { type: 'MOON_CONTAINER', computeType: 'BUILD_GENERAL1_SMALL', environmentVariables: [] };
    const observed = observe(answer({ exportedEnvironmentVariables, environment }));
    expect(observed).toMatchObject({ kind: 'succeeded', digest });
    expect(observed).not.toHaveProperty('facts');
    expect(observed).not.toHaveProperty('cents');
  });

  test('a machine of a fleet has neither the size of its project nor a price by the minute', () => {
    const project = { type: 'ARM_CONTAINER', computeType: 'BUILD_GENERAL1_SMALL', environmentVariables: [] };
    const fleetArn = 'arn:aws:codebuild:eu-central-1:111122223333:fleet/herd';
    const observed = observe(answer({ environment: { ...project, fleet: { fleetArn } } }));
    expect(observed).not.toHaveProperty('compute');
    expect(observed).not.toHaveProperty('cents');
  });

  test('success of another commit is a failure', () => {
    const observed = observe(answer({ resolvedSourceVersion: 'c'.repeat(40) }));
    expect(observed).toMatchObject({ kind: 'failed', reason: `the build was of ${'c'.repeat(40)}, not of ${commit}` });
  });

  test('a digest that is none counts as none', () => {
    const exportedEnvironmentVariables = [{ name: 'DROVER_DIGEST', value: 'latest' }];
    expect(observe(answer({ exportedEnvironmentVariables }))).toMatchObject({ kind: 'succeeded', digest: undefined });
  });

  test('running', () => {
    const observed = observe(answer({ buildStatus: 'IN_PROGRESS', currentPhase: 'BUILD', endTime: undefined }));
    expect(observed).toEqual({ kind: 'running', phase: 'BUILD', logUrl: 'https://logs.example/1' });
  });

  const none = { exportedEnvironmentVariables: [] };
  test.each([
    [
      'what the recipe said',
      {
        buildStatus: 'FAILED',
        exportedEnvironmentVariables: [{ name: 'DROVER_REASON', value: 'test: 1 of 3 failed: adds\u001b[31m\nup' }],
      },
      'failed',
      'test: 1 of 3 failed: adds up',
    ],
    [
      'the failing command',
      {
        buildStatus: 'FAILED',
        phases: failing('Error while executing command: npm test. Reason: exit status 1'),
        ...none,
      },
      'failed',
      'BUILD: npm test: exit status 1',
    ],
    [
      'a timeout',
      { buildStatus: 'TIMED_OUT', phases: failing('').map((phase) => ({ ...phase, contexts: [] })), ...none },
      'failed',
      'timed out after 20 minutes in BUILD',
    ],
    [
      'a wait in the queue that never ended',
      { buildStatus: 'TIMED_OUT', phases: [{ phaseType: 'QUEUED', phaseStatus: 'TIMED_OUT' }], ...none },
      'failed',
      'waited in CodeBuild’s queue until its time was over: builds that run reach the account’s quota',
    ],
    ['a stop', { buildStatus: 'STOPPED', ...none }, 'failed', 'stopped in COMPLETED'],
    [
      'a status that nobody knows',
      { buildStatus: 'RETIRED', ...none },
      'failed',
      'CodeBuild says RETIRED, which drover does not know',
    ],
    [
      "CodeBuild's own fault",
      { buildStatus: 'FAULT', phases: failing('no capacity'), ...none },
      'lost',
      "CodeBuild's own fault in BUILD: no capacity",
    ],
  ])('%s is one plain line', (_, more, kind, reason) => {
    expect(observe(answer(more))).toMatchObject({ kind, reason, finishedAt: 9_000 });
  });
});
