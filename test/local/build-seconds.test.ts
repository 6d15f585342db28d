import { expect, test } from 'vitest';
import { buildSeconds } from '../../local/demo/build-seconds.ts';

const at = (second: number) => new Date(1_790_000_000_000 + second * 1_000).toISOString();
const built = (from: number, to?: number) => ({
  build: { startedAt: at(from), ...(to === undefined ? {} : { finishedAt: at(to) }) },
});

test('builds that overlap count once on the clock and each in the sum; one that goes on and none count nothing', () => {
  const releases = [built(20, 25), built(0, 10), built(4, 6), built(8, 12), built(30), {}];
  expect(buildSeconds(releases)).toEqual({ builds: 4, sum: 21, clock: 17 });
});

test('no builds are no seconds', () => {
  expect(buildSeconds([])).toEqual({ builds: 0, sum: 0, clock: 0 });
});
