import { describe, expect, test } from 'vitest';
import {
  type BuiltOn,
  ColdCause,
  chooseMachine,
  machineAfterLoss,
  machineAfterRefusal,
  machineText,
  sizeToAsk,
} from '../../lib/build/machine.ts';
import { computes } from '../../lib/codebase/compute.ts';

const auto: BuiltOn = { compute: 'auto' };
const fleet: BuiltOn = { compute: 'auto', fleet: 'arn:aws:codebuild:eu-central-1:111122223333:fleet/herd' };

describe('by rule', () => {
  test('a build that finds what it needs is small', () => {
    expect(chooseMachine(auto, undefined)).toEqual({
      size: 'small',
      why: 'lockfile and toolchain are as in the last good build',
    });
  });

  test.each(ColdCause.options)('one that finds little is large: %s', (cause) => {
    const machine = chooseMachine(auto, cause);
    expect(machine.size).toBe('large');
    expect(machineText(machine)).toMatch(
      /^on a large machine: (nothing of it|the (toolchain|lockfile) changed|what changed)/,
    );
  });

  test.each(computes.filter((compute) => compute !== 'auto'))('what codebases.yml says is no guess: %s', (compute) => {
    for (const cold of [undefined, ...ColdCause.options]) {
      const machine = chooseMachine({ compute }, cold);
      expect(machine).toEqual({ size: compute, why: 'as codebases.yml says' });
      expect(sizeToAsk({ compute }, machine)).toBeUndefined();
    }
  });

  test('only a size that was chosen by rule is asked for, and never of a fleet', () => {
    expect(sizeToAsk(auto, chooseMachine(auto, 'lockfile'))).toBe('large');
    expect(sizeToAsk(auto, chooseMachine(auto, undefined))).toBe('small');
    expect(sizeToAsk(auto, undefined)).toBeUndefined();
    expect(sizeToAsk(fleet, chooseMachine(fleet, 'lockfile'))).toBeUndefined();
    // The list changed between the choice and the call: the project says it now.
    expect(sizeToAsk(fleet, { size: 'large', why: '' })).toBeUndefined();
    expect(sizeToAsk(auto, { size: 'lambda-2gb', why: '' })).toBeUndefined();
  });
});

/** Word for word from https://github.com/aws/deep-learning-containers/pull/126 */
const dead =
  'Build container found dead before completing the build. Build container died because it was out of memory, or the Docker image is not supported.';

describe('a lost build', () => {
  const small = chooseMachine(auto, undefined);

  test('whose container ran out of memory gets the next size', () => {
    expect(machineAfterLoss(small, auto, dead)).toEqual({ size: 'medium', why: 'the small one ran out of memory' });
    const largest = { size: '2xlarge', why: '' };
    expect(machineAfterLoss(largest, auto, dead)).toBe(largest);
  });

  test('keeps its machine after any other fault, and where codebases.yml names one', () => {
    expect(machineAfterLoss(small, auto, "CodeBuild's own fault in PROVISIONING")).toBe(small);
    const said: BuiltOn = { compute: 'small' };
    expect(machineAfterLoss(chooseMachine(said, undefined), said, dead)).toEqual(chooseMachine(said, undefined));
    expect(machineAfterLoss(chooseMachine(fleet, undefined), fleet, dead)).toEqual(chooseMachine(fleet, undefined));
  });
});

describe('a refused start', () => {
  const none = 'AccountLimitExceededException: Cannot have more than 0 builds in queue for the account';
  const large = chooseMachine(auto, 'first-build');

  test('of a size that the account has no quota for takes the small one', () => {
    expect(machineAfterRefusal(large, auto, none)).toEqual({
      size: 'small',
      why: 'this account has no quota for large ones',
    });
    expect(machineAfterRefusal(chooseMachine(auto, undefined), auto, none)).toBeUndefined();
    expect(machineAfterRefusal({ size: 'large', why: '' }, { compute: 'large' }, none)).toBeUndefined();
  });

  test('for any other reason waits for the machine that it needs', () => {
    const full = 'AccountLimitExceededException: Cannot have more than 20 builds in queue for the account';
    expect(machineAfterRefusal(large, auto, full)).toBeUndefined();
    expect(machineAfterRefusal(large, auto, 'ThrottlingException: Rate exceeded')).toBeUndefined();
  });
});

test('every machine is told in words', () => {
  expect(['xlarge', '2xlarge', 'lambda-10gb', 'fleet'].map((size) => machineText({ size, why: 'as said' }))).toEqual([
    'on an xlarge machine: as said',
    'on a 2xlarge machine: as said',
    'on Lambda with 10GB, as said',
    'on a machine of its fleet, as said',
  ]);
});
