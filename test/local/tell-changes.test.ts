import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tellChanges } from '../../local/tell-changes.ts';
import { ada, aRelease, aTarget, newCommit, noon, oldCommit } from '../approval/records.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What is said of a herd that `now` tells, at each look. */
function told(now: {
  releases: ReturnType<typeof aRelease>[];
  address: string;
  held?: ReturnType<typeof aTarget>['held'];
}) {
  const said: string[] = [];
  const { stop } = tellChanges(
    {
      releases: async () => now.releases,
      targets: async () => [aTarget({ held: now.held ?? null })],
      service: () => () => now.address,
      linkOf: () => undefined,
    },
    (line) => said.push(line),
  );
  const look = async () => {
    said.length = 0;
    await vi.advanceTimersByTimeAsync(500);
    return [...said];
  };
  return { look, stop };
}
const live = '✔ shop 91c7d0f is live in production';

test('after a start: of what was there, the newest release of each codebase; then what becomes of any', async () => {
  const now = {
    releases: [
      aRelease(),
      aRelease({ commit: oldCommit }),
      aRelease({ codebase: 'till', commit: oldCommit, state: 'failed', reason: 'test: 1 of 3 failed' }),
    ],
    address: 'http://127.0.0.1:1',
  };
  const { look, stop } = told(now);
  expect(await look()).toEqual([
    '● till 91c7d0f failed: test: 1 of 3 failed',
    '● shop 4f2a1c9 built',
    `${live}: http://127.0.0.1:1`,
  ]);
  now.releases = [aRelease(), aRelease({ commit: oldCommit, state: 'building', message: 'again' })];
  expect(await look()).toEqual(['● shop 91c7d0f building: again']);
  stop();
});

test('what is live is told once, also when its codebase is off the list for a while; another address is told', async () => {
  const now = { releases: [aRelease({ commit: newCommit })], address: 'http://127.0.0.1:1' };
  const { look, stop } = told(now);
  expect(await look()).toContain(`${live}: http://127.0.0.1:1`);
  now.address = '';
  expect(await look()).toEqual([]);
  now.address = 'http://127.0.0.1:1';
  expect(await look()).toEqual([]);
  now.address = 'http://127.0.0.1:2';
  expect(await look()).toEqual([`${live}: http://127.0.0.1:2`]);
  stop();
});

test('a hold is told when it begins and when it ends, and the same one again anew', async () => {
  const held = { by: ada, reason: 'stocktaking', at: noon, number: 1 };
  const now: Parameters<typeof told>[0] = { releases: [], address: '' };
  const { look, stop } = told(now);
  expect(await look()).toEqual([live]);
  for (const _ of ['first', 'again']) {
    now.held = held;
    expect(await look()).toEqual(['‖ shop production is held by Ada Lovelace: stocktaking']);
    now.held = null;
    expect(await look()).toEqual(['‖ shop production is held no more']);
  }
  stop();
});
