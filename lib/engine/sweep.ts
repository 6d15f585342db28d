import type { Store } from '../store/store.ts';
import type { Instant } from './instant.ts';
import type { SendWake } from './wake.ts';

/** More than this is due at once only after an outage; the next minute goes on. */
const AT_ONCE = 500;

type Sweeping = {
  store: Pick<Store, 'due'>;
  sendWake: SendWake;
  now: () => Instant;
  oldestDue: (milliseconds: number) => void;
};

/** Wakes every record that has something due, and tells for how long the oldest has waited. */
export async function sweep({ store, sendWake, now, oldestDue }: Sweeping): Promise<void> {
  const at = now();
  const due = await store.due(at, AT_ONCE);
  // With nothing due nothing is told: a metric costs by the hour in which it is.
  if (due.length > 0) oldestDue(Math.max(...due.map(({ dueAt }) => at - dueAt)));
  await Promise.all(due.map(({ key }) => sendWake({ key }, 0)));
}
