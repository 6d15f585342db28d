import { expect, test } from 'vitest';
import { defaultDeployment } from '../../../lib/cluster/kubernetes/default-manifest.ts';

const { spec } = defaultDeployment({
  name: 'web',
  namespace: 'shop',
  container: 'web',
  image: `registry/web@sha256:${'1'.repeat(64)}`,
  number: 1,
  release: '1'.repeat(40),
});

test('a pod that is to end serves on for a while, and has time left for what is under way', () => {
  const { containers, terminationGracePeriodSeconds } = spec.template.spec;
  const pauses = containers.map(({ lifecycle }) => lifecycle.preStop.sleep.seconds);
  expect(pauses).toEqual([5]);
  expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(Math.max(...pauses) + 20);
});

test('no pod goes before a new one is ready', () => {
  expect(spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
});
