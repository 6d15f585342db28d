import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeploymentSpec } from '../../local/cluster/objects.ts';
import { rollingUpdate } from '../../local/cluster/rolling-update.ts';

const spec = (replicas: number, maxSurge: number | string, maxUnavailable: number | string) =>
  DeploymentSpec.parse({
    replicas,
    selector: { matchLabels: {} },
    strategy: { rollingUpdate: { maxSurge, maxUnavailable } },
    template: { spec: { containers: [{ name: 'web', image: 'i' }] } },
  });
const set = (replicas: number, available = replicas) => ({ replicas, pods: replicas, available });

test.each([
  ['one more is begun', spec(2, 1, 0), set(0), [set(2)], { newest: 1, old: [2] }],
  ['none goes before a new one is available', spec(2, 1, 0), set(1, 0), [set(2)], { newest: 1, old: [2] }],
  ['one goes for the one that is available', spec(2, 1, 0), set(1), [set(2)], { newest: 1, old: [1] }],
  ['the next is begun', spec(2, 1, 0), set(1), [set(1)], { newest: 2, old: [1] }],
  ['broken old ones go at once', spec(2, 1, 0), set(1, 0), [set(1, 0), set(1)], { newest: 1, old: [1, 1] }],
  ['percentages round up and down', spec(4, '25%', '25%'), set(0), [set(4)], { newest: 1, old: [3] }],
  ['neither surge nor gap would never move', spec(1, 0, 0), set(0), [set(1)], { newest: 1, old: [1] }],
  ['scaled down, with nothing old', spec(1, 1, 0), set(3), [], { newest: 1, old: [] }],
])('%s', (_, given, newest, old, next) => {
  expect(rollingUpdate(given, newest, old)).toEqual(next);
});

test('whatever the numbers: never too many, never too few available, and it ends', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
      (replicas, surge, gap) => {
        const given = spec(replicas, surge, gap);
        const most = replicas + (surge + gap === 0 ? 1 : surge);
        let newest = set(0);
        let old = set(replicas);
        for (let step = 0; step < 100 && (newest.available < replicas || old.replicas > 0); step += 1) {
          const next = rollingUpdate(given, newest, [old]);
          newest = set(next.newest, newest.available);
          old = set(next.old[0] ?? 0);
          expect(newest.replicas + old.replicas).toBeLessThanOrEqual(most);
          expect(newest.available + old.available).toBeGreaterThanOrEqual(replicas - gap);
          newest = set(next.newest, Math.min(next.newest, newest.available + 1));
        }
        expect([newest.available, old.replicas]).toEqual([replicas, 0]);
      },
    ),
  );
});
