// Each minute: whatever is due and was not woken (a lost event, a crash, a full queue, an expiry) is woken. On a schedule of its own,
// with the event `{ "begin": "check" }`: a look at every target begins, for what was changed by others.
import * as z from 'zod';
import { sweep } from '../lib/engine/sweep.ts';
import { startCore } from '../lib/lambda/core.ts';
import { once } from '../lib/lambda/once.ts';
import { firstOfRound } from '../lib/target/check-round.ts';

const BeginCheck = z.object({ begin: z.literal('check') });

export const handler = (event: unknown): Promise<void> =>
  BeginCheck.safeParse(event).success ? services().sendRound(firstOfRound) : sweep(services());

const services = once(() => {
  const { store, sendWake, sendRound, now, measure } = startCore();
  return { store, sendWake, sendRound, now, oldestDue: (due: number) => measure.seconds('DueSeconds', due / 1_000) };
});
