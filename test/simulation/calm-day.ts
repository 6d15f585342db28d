import { push } from './happen.ts';
import { neededNoSweep, quieten } from './history.ts';
import { shownNow, wish } from './people.ts';
import { Violation } from './promises.ts';
import { CODEBASE, type Mutant, target, type World, world as worldOf } from './world.ts';

/** A day on which nothing fails and the sweep never runs: two pushes, an approval, a hold and its end. Returns what went wrong. */
export async function calmDay(mutant?: Mutant): Promise<{ violation: Error | undefined; world: World }> {
  const world = worldOf(0, mutant);
  world.chaos = false;
  const by = { name: 'ann', how: 'api-token' } as const;
  const goOn = async () => {
    await quieten(world, { sweeps: false });
    neededNoSweep(world);
  };
  const decide = (event: Parameters<typeof wish>[1] & { of: 'target' }) => wish(world, event);
  const production = { of: 'target', codebase: CODEBASE, environment: 'production' } as const;
  try {
    push(world, 'a', 1);
    await goOn();
    const shown = shownNow(world, 'production');
    if (shown === undefined) throw new Violation('LIVE: production was not asked');
    await decide({ ...production, event: { kind: 'approved', shown, by } });
    push(world, 'b', 1);
    await goOn();
    const { holds = 0 } = target(world, 'production') ?? {};
    await decide({ ...production, event: { kind: 'hold', holds, reason: 'a feast', by } });
    await goOn();
    await decide({ ...production, event: { kind: 'unhold', hold: holds + 1, by } });
    await goOn();
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return { violation: world.violation ?? error, world };
  }
  return { violation: world.violation, world };
}
