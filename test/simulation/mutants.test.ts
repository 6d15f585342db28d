import { describe, expect, test } from 'vitest';
import { calmDay } from './calm-day.ts';
import { HEADS, history } from './history.ts';
import { mutants } from './mutants.ts';
import { randomFrom } from './random.ts';
import { stoppedRollout } from './stopped-rollout.ts';
import { type Mutant, target } from './world.ts';

/** How a rule is missed: by random histories of so many steps from this number on, or by one that is told step by step. */
type Search = { from: number; steps?: number; promise: RegExp };
const searches: Record<string, Search> = {
  second: { from: 0, promise: /^P3: .* an older offer superseded/ },
  late: { from: 0, promise: /^P6: pushed/ },
  rebuild: { from: 10, promise: /^P3: .* an older offer superseded/ },
  reorder: { from: 0, promise: /^LIVE: the newest push is built, but its release keeps an older order/ },
  offerAll: { from: 105, promise: /^LIVE: staging forgot the newest release/ },
  adopt: { from: 365, promise: /^P2: two builds/ },
  machine: { from: 0, promise: /^P6: build .* two machines/ },
  ask: { from: 226, promise: /^P[46]/ },
  names: { from: 4, promise: /^P6/ },
  rbNumber: { from: 2, promise: /^LIVE: .* blames another hand/ },
  close: { from: 45, promise: /^LIVE: an ask expired/ },
  afterwards: { from: 1, promise: /^LIVE: staging forgot its candidate/ },
  applyRefused: { from: 16, promise: /^LIVE: .* rolls out for ever/ },
  noLive: { from: 0, promise: /^LIVE: staging runs/ },
  drop: { from: 0, promise: /^P3: .* though it had ended/ },
  condition: { from: 0, promise: /^(LIVE|P)/ },
};

/** So many histories are tried at most: a change elsewhere may move the one that was found. */
const AT_MOST = 400;

async function firstBroken(
  mutant: Mutant | undefined,
  { from, steps = 60 }: Search,
  atMost: number,
): Promise<string | undefined> {
  for (let i = from; i < from + atMost; i++) {
    const random = randomFrom(1_000_000 + i);
    const head = Math.floor(random() * HEADS);
    const seeds = Array.from({ length: steps }, () => Math.floor(random() * 2 ** 31));
    const { violation } = await history(seeds, head, mutant);
    if (violation !== undefined) return violation.message;
  }
  return undefined;
}

describe('a promise breaks when a rule is left out', () => {
  test.each(Object.entries(searches))('%s', { timeout: 60_000 }, async (name, search) => {
    const mutant = mutants[name];
    if (mutant === undefined) throw new Error(`no rule is called ${name}`);
    expect(await firstBroken(mutant, search, AT_MOST)).toMatch(search.promise);
    expect(await firstBroken(undefined, search, 1)).toBeUndefined();
  });

  test('stop', async () => {
    expect((await stoppedRollout(mutants.stop)).violation?.message).toMatch(/^P3: a late apply/);
    const { violation, world } = await stoppedRollout();
    expect(violation, world.log.join('\n')).toBeUndefined();
  });

  test('due', async () => {
    expect((await calmDay(mutants.due)).violation?.message).toMatch(/^LIVE: nothing was lost, and .* still owes/);
    const { violation, world } = await calmDay();
    expect(violation, world.log.join('\n')).toBeUndefined();
    expect(target(world, 'production')).toMatchObject({
      live: { release: 'a'.repeat(40) },
      candidate: { ask: { number: 3 } },
    });
  });

  test('every rule is tried', () => {
    expect([...Object.keys(searches), 'stop', 'due'].toSorted()).toEqual(Object.keys(mutants).toSorted());
  });
});
