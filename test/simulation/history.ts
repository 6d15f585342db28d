import { seconds } from '../../lib/engine/instant.ts';
import { dueOf } from '../../lib/engine/stored.ts';
import { act, isBad, type Story } from './act.ts';
import { checkTheEnd } from './at-the-end.ts';
import { deliver, endBuild, push, run, runSweep } from './happen.ts';
import { shownNow, wish } from './people.ts';
import { Violation } from './promises.ts';
import { CODEBASE, type Mutant, say, type World, world as worldOf } from './world.ts';

/** How many different worlds there are to begin with. */
export const HEADS = 1 << 11;

/** Lets a history happen, then stops all faults and waits until all is quiet. The violation, or undefined, and the world. */
export async function history(
  seeds: readonly number[],
  head: number,
  mutant?: Mutant,
): Promise<{ violation: Error | undefined; world: World }> {
  const world = worldOf(head, mutant);
  const story: Story = { pages: [], wishes: [], foreignEdits: 0, mayUndo: (head & 64) !== 0 };
  try {
    await prelude(world, (head >> 7) & 3);
    for (const seed of seeds) {
      await act(world, story, seed);
      if (world.violation !== undefined) return { violation: world.violation, world };
    }
    await settle(world);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return { violation: world.violation ?? error, world };
  }
  return { violation: world.violation, world };
}

/** Release a is live everywhere; at level 2 b, at 3 also c is live in staging and asked for in production. */
export async function prelude(world: World, level: number): Promise<void> {
  if (level === 0) return;
  world.chaos = false;
  for (const letter of ['a', 'b', 'c'].slice(0, level)) {
    push(world, letter, 1);
    await quieten(world, { sweeps: true });
    const shown = shownNow(world, 'production');
    if (letter !== 'a' || shown === undefined) continue;
    const event = { kind: 'approved', shown, by: { name: 'ann', how: 'claimed-on-link' } } as const;
    await wish(world, { of: 'target', codebase: CODEBASE, environment: 'production', event });
    await quieten(world, { sweeps: true });
  }
  world.chaos = true;
  world.faulty = false;
}

export async function settle(world: World): Promise<void> {
  say(world, '--- faults stop');
  world.random = () => 0.5;
  world.chaos = false;
  for (const { perform } of world.late.splice(0)) perform();
  if (!world.faulty) {
    await quieten(world, { sweeps: false });
    neededNoSweep(world);
  }
  for (const { seq, accepted } of world.pushes)
    if (!accepted) world.messages.push({ kind: 'push', seq, at: world.now });
  await quieten(world, { sweeps: true });
  if (world.violation === undefined) checkTheEnd(world);
}

/** Where nothing was lost, every effect was carried out by its writer or by a wake. */
export function neededNoSweep(world: World): void {
  for (const { key, stored } of world.store.records.values()) {
    const [left] = stored.pending;
    if (left !== undefined)
      world.ledger.fail('LIVE', `nothing was lost, and ${key.record} still owes ${left.effect.kind}`);
  }
}

const ROUNDS = 300;

/** Everything that can happen by itself happens, and the clock goes on to whatever is due next. */
export async function quieten(world: World, { sweeps }: { sweeps: boolean }): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    await finishAll(world);
    for (const message of world.messages.splice(0))
      if (message.at <= world.now) await deliver(world, message);
      else world.messages.push(message);
    await finishAll(world);
    if (world.violation !== undefined) return;
    for (const build of world.workshop.builds) if (build.status === 'running') endBuild(world, build, 'succeeded');
    for (const { workloads } of Object.values(world.clusters))
      for (const workload of workloads.values())
        if (workload.status === 'progressing') workload.status = isBad(world, workload.image) ? 'failed' : 'complete';
    if (world.messages.some(({ at }) => at <= world.now)) continue;
    if (sweeps) {
      await runSweep(world);
      await finishAll(world);
      if (world.messages.some(({ at }) => at <= world.now)) continue;
    }
    const next = nextTime(world, sweeps);
    if (next === undefined) return;
    world.now = Math.max(next, world.now + seconds(1));
  }
}

/** The functions that run now end, each within its time. */
async function finishAll(world: World): Promise<void> {
  for (let process = world.processes[0]; process !== undefined; process = world.processes[0]) {
    process.bornAt = world.now;
    await run(world, process, 5_000);
    if (world.violation !== undefined) return;
    if (!process.ended) world.ledger.fail('LIVE', `${process.name} never ends`);
  }
}

function nextTime(world: World, sweeps: boolean): number | undefined {
  const owed = [...world.store.records.values()].flatMap(({ stored }) => stored.pending.map(dueOf));
  const times = [...world.messages.map(({ at }) => at), ...(sweeps ? owed : [])];
  return times.length === 0 ? undefined : Math.min(...times);
}
