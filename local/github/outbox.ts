import type { Delivery, deliveries } from './deliveries.ts';

export type Outbox = {
  /** Remembers a delivery and sends it, unless deliveries are kept back. */
  deliver: (event: string, repository: string, payload: unknown) => void;
  hold: () => void;
  release: (order: 'as-pushed' | 'reverse') => Promise<Delivery[]>;
  redeliver: (id: number) => Promise<Delivery | undefined>;
};

/** Sends deliveries at once, or keeps them back to be sent in an order of one's choice: GitHub promises none. */
export function outbox(sent: ReturnType<typeof deliveries>, track: <T>(work: Promise<T>) => Promise<T>): Outbox {
  let held: Delivery[] | undefined;
  return {
    deliver: (event, repository, payload) => {
      const delivery = sent.make(event, repository, payload);
      if (held) held.push(delivery);
      else track(sent.attempt(delivery)).catch(() => undefined);
    },
    hold: () => {
      held ??= [];
    },
    release: async (order) => {
      const waiting = held ?? [];
      held = undefined;
      const done: Delivery[] = [];
      for (const delivery of order === 'reverse' ? waiting.toReversed() : waiting)
        done.push(await track(sent.attempt(delivery)));
      return done;
    },
    redeliver: async (id) => {
      const delivery = sent.find(id);
      return delivery && track(sent.attempt(delivery));
    },
  };
}
