// Each minute: whatever is due and was not woken (a lost event, a crash, a full queue, an expiry) is woken.

import { sweep } from '../lib/engine/sweep.ts';
import { startCore } from '../lib/lambda/core.ts';
import { once } from '../lib/lambda/once.ts';

export const handler = (): Promise<void> => sweep(services());

const services = once(() => {
  const { store, sendWake, now, measure } = startCore();
  return { store, sendWake, now, oldestDue: (due: number) => measure.seconds('DueSeconds', due / 1_000) };
});
