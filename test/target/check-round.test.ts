import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Checked } from '../../lib/cluster/cluster.ts';
import { ClusterError } from '../../lib/cluster/cluster-error.ts';
import type { Codebase, Herd } from '../../lib/codebase/codebase.ts';
import { Wake } from '../../lib/engine/wake.ts';
import { CheckRound, checkPage, firstOfRound, type Round } from '../../lib/target/check-round.ts';
import { aTarget as approvalTarget, shop } from '../approval/records.ts';
import { type HistoryWorld, historyWorld } from '../history/history-world.ts';
import { aTarget, imageOf, noon } from './play.ts';

const COUNT = 450;
const nameOf = (n: number) => `shop-${String(n).padStart(4, '0')}`;
const codebases: Codebase[] = Array.from({ length: COUNT }, (_, n) => ({
  ...shop,
  name: nameOf(n),
  environments: shop.environments.map((one) => ({ ...one, cluster: n % 2 === 0 ? 'even' : 'odd' })),
}));
const byName = new Map(codebases.map((one) => [one.name, one]));
const herd: Herd = { codebases, byName: (name) => byName.get(name), byRepository: () => undefined };

let world: HistoryWorld;
const worlds: HistoryWorld[] = [];
afterAll(async () => {
  for (const one of worlds) await one.close();
});
beforeEach(async () => {
  world = await historyWorld();
  worlds.push(world);
});

const fill = async (count: number, change: (n: number) => Parameters<typeof aTarget>[0] = () => ({})) => {
  for (let from = 0; from < count; from += 25)
    await Promise.all(
      Array.from({ length: Math.min(25, count - from) }, (_, n) =>
        world.putTarget(aTarget({ codebase: nameOf(from + n), ...change(from + n) })),
      ),
    );
};

/** A whole round, its messages delivered at once. */
async function wholeRound(look: (cluster: string) => Checked, now: () => number = () => noon) {
  const messages: CheckRound[] = [firstOfRound];
  const told: { looks: number; events: string[]; failed: string[]; pages: number } = {
    looks: 0,
    events: [],
    failed: [],
    pages: 0,
  };
  const round: Round = {
    table: world.services.table,
    herd,
    cluster: {
      check: async ({ cluster }) => {
        told.looks += 1;
        return look(cluster);
      },
    },
    advance: {
      target: async (codebase, _environment, event) => {
        told.events.push(`${codebase} ${event.kind}`);
        return { kind: 'ignored', reason: '', record: undefined };
      },
    },
    send: async (next) => void messages.push(next),
    now,
    failed: ({ codebase }) => told.failed.push(codebase),
  };
  for (let next = messages.shift(); next !== undefined; next = messages.shift()) {
    told.pages += 1;
    await checkPage(round, next);
  }
  return told;
}

test('looks at each target once, with a query for 200 of them and no write where all is as approved', async () => {
  await fill(COUNT);
  world.queries.count = 0;
  const told = await wholeRound(() => ({ kind: 'as-approved' }));
  expect(told).toEqual({ looks: COUNT, events: [], failed: [], pages: 3 });
  expect(world.queries.count).toBe(3);
});

test('decides only what differs, and what differed and is over', async () => {
  await fill(3, (n) => (n === 1 ? { drift: { text: 'it ran something else', since: noon } } : {}));
  expect((await wholeRound(() => ({ kind: 'as-approved' }))).events).toEqual(['shop-0001 as-approved']);
  const differs: Checked = { kind: 'differs', image: imageOf('f'), differences: [] };
  expect((await wholeRound(() => differs)).events).toHaveLength(3);
});

test('leaves out what rolls out, is held, or that nobody approved', async () => {
  const { rollout } = approvalTarget({
    rollout: {
      kind: 'release',
      phase: 'rolling-out',
      number: 3,
      image: imageOf('b'),
      order: 1,
      byHand: false,
      running: null,
      previous: null,
      place: {
        cluster: 'even',
        namespace: 'x',
        workloads: [{ kind: 'Deployment', name: 'x', container: 'x' }],
        create: false,
      },
      startedAt: noon,
      deadline: noon,
    },
  });
  const others: Parameters<typeof aTarget>[0][] = [
    { rollout },
    { held: { number: 1, reason: 'x', by: { name: 'x', how: 'operator' }, at: noon } },
    { live: { image: imageOf('a'), order: 1, approved: false, since: noon } },
    { live: null },
  ];
  await fill(4, (n) => others[n]);
  expect((await wholeRound(() => ({ kind: 'as-approved' }))).looks).toBe(0);
});

test('asks a cluster that does not answer no more than a few times, and the others all the same', async () => {
  await fill(100);
  const told = await wholeRound((cluster) => {
    if (cluster === 'odd') throw new ClusterError('unreachable', 'nobody answers', { retryable: true });
    return { kind: 'as-approved' };
  });
  expect(told.failed.length).toBeGreaterThan(0);
  expect(told.failed.length).toBeLessThanOrEqual(16);
  expect(told.looks - told.failed.length).toBe(50);
});

test('takes the message that it sends', () => {
  expect(CheckRound.parse(JSON.parse(JSON.stringify(firstOfRound)))).toEqual(firstOfRound);
  expect(Wake.safeParse(firstOfRound).success).toBe(false);
});

test('a page whose time is up goes on where it ended, and looks at each target once', async () => {
  await fill(40);
  let now = noon;
  // Each look takes four seconds: the page of 200 would take longer than its worker has.
  const told = await wholeRound(
    () => {
      now += 4_000;
      return { kind: 'as-approved' };
    },
    () => now,
  );
  expect(told.looks).toBe(40);
  expect(told.pages).toBeGreaterThan(1);
});

test('the next page is sent when this one is done: a page whose worker died starts no second round', async () => {
  await fill(COUNT);
  const sent: CheckRound[] = [];
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  void checkPage(
    {
      table: world.services.table,
      herd,
      cluster: {
        check: () => {
          asked();
          return new Promise<Checked>(() => undefined);
        },
      },
      advance: { target: () => Promise.reject(new Error('nothing is decided')) },
      send: async (next) => void sent.push(next),
      now: () => noon,
      failed: () => undefined,
    },
    firstOfRound,
  );
  await isAsked;
  expect(sent).toEqual([]);
});
