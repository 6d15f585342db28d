import { deliver, push, run } from './happen.ts';
import { prelude, quieten, settle } from './history.ts';
import { shownNow, wish } from './people.ts';
import { type Process, step } from './scheduler.ts';
import { CODEBASE, type Mutant, say, type World, world as worldOf } from './world.ts';

/**
 * A history that chance hardly finds. Two executors apply the same approved rollout; one sees an image that another hand put there for
 * a moment, and ends the rollout; the other saw what was approved, and its patch arrives afterwards. Returns what went wrong.
 */
export async function stoppedRollout(mutant?: Mutant): Promise<{ violation: Error | undefined; world: World }> {
  const world = worldOf(1 << 7, mutant);
  world.chaos = false;
  await prelude(world, 1);
  push(world, 'b', 1);
  await quieten(world, { sweeps: true });
  world.chaos = false;
  const shown = shownNow(world, 'production');
  const workload = world.clusters.production?.workloads.get('web0');
  if (shown === undefined || workload === undefined) throw new Error('production does not ask');
  const event = { kind: 'approved', shown, by: { name: 'ann', how: 'claimed-on-link' } } as const;
  await wish(world, { of: 'target', codebase: CODEBASE, environment: 'production', event });
  for (const process of [...world.processes]) await run(world, process, 100);

  const wake = world.messages.find(
    (message) => message.kind === 'wake' && message.wake.key.record === 'target#production',
  );
  if (wake === undefined) throw new Error('nobody is woken');
  const approved = workload.image;
  const change = (image: string) => {
    say(world, `ANOTHER HAND: ${image}`);
    Object.assign(workload, { image, resourceVersion: workload.resourceVersion + 1 });
  };
  const first = await standsBefore(await deliver(world, wake), 'GET deployment');
  change('foreign');
  await step(first, 'answered');
  change(approved);
  const second = await standsBefore(await deliver(world, wake), 'PATCH deployment');
  await run(world, first, 100);
  await run(world, second, 100);
  await settle(world).catch((error: unknown) => {
    if (error !== world.violation) throw error;
  });
  return { violation: world.violation, world };
}

async function standsBefore(process: Process | undefined, what: string): Promise<Process> {
  if (process === undefined) throw new Error('nothing began');
  for (let i = 0; i < 100 && process.call?.what !== what; i++) await step(process, 'answered');
  if (process.call?.what !== what) throw new Error(`never at ${what}`);
  return process;
}
