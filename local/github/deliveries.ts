import { createHmac } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeWhole } from '../disk/write-whole.ts';

/** One attempt to deliver. `status` is 0 where nobody answered in time; a redelivery is an attempt more, under the same `guid`. */
const Attempt = z.object({ at: z.number(), status: z.number().int(), milliseconds: z.number(), answer: z.string() });

export const Delivery = z.object({
  id: z.number().int(),
  guid: z.string(),
  event: z.string(),
  repository: z.string(),
  /** The very text that is signed and sent. */
  payload: z.string(),
  at: z.number(),
  attempts: z.array(Attempt),
});
export type Delivery = z.infer<typeof Delivery>;

export type DeliveriesOptions = {
  folder: string;
  webhookUrl: () => string;
  secret: () => string;
  now: () => number;
  uuid: () => string;
  onDelivery: (delivery: Delivery) => void;
};

/** How many are remembered. */
const kept = 500;
/** GitHub waits 10 s for an answer. https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks */
const patience = 10_000;

/** The deliveries of the one webhook, kept in a folder. None is ever sent again by itself, as GitHub does not either. */
export function deliveries({ folder, webhookUrl, secret, now, uuid, onDelivery }: DeliveriesOptions) {
  const fileOf = (id: number) => join(folder, `${String(id).padStart(9, '0')}.json`);
  const files = () =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => /^\d{9}\.json$/.test(name))
          .sort()
      : [];
  const read = (path: string) => Delivery.parse(JSON.parse(readFileSync(path, 'utf8')));
  let last = Number.parseInt(files().at(-1) ?? '0', 10);

  const attempt = async (delivery: Delivery): Promise<Delivery> => {
    const begun = now();
    const said = await post(webhookUrl(), delivery, secret());
    const done = { ...delivery, attempts: [...delivery.attempts, { at: begun, milliseconds: now() - begun, ...said }] };
    writeWhole(fileOf(done.id), JSON.stringify(done));
    onDelivery(done);
    return done;
  };

  return {
    /** Remembers a delivery; it is not sent yet. */
    make: (event: string, repository: string, payload: unknown): Delivery => {
      last += 1;
      const text = JSON.stringify(payload);
      const delivery = { id: last, guid: uuid(), event, repository, payload: text, at: now(), attempts: [] };
      writeWhole(fileOf(delivery.id), JSON.stringify(delivery));
      for (const file of files().slice(0, -kept)) rmSync(join(folder, file), { force: true });
      return delivery;
    },
    attempt,
    /** Oldest first. */
    list: (): Delivery[] => files().map((file) => read(join(folder, file))),
    find: (id: number): Delivery | undefined => (existsSync(fileOf(id)) ? read(fileOf(id)) : undefined),
  };
}

async function post(url: string, { guid, event, payload }: Delivery, secret: string) {
  const hmac = (algorithm: string) => createHmac(algorithm, secret).update(payload).digest('hex');
  const headers = {
    accept: '*/*',
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/044aadd',
    'x-github-delivery': guid,
    'x-github-event': event,
    'x-github-hook-id': '1',
    'x-github-hook-installation-target-id': '1',
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature': `sha1=${hmac('sha1')}`,
    'x-hub-signature-256': `sha256=${hmac('sha256')}`,
  };
  try {
    const signal = AbortSignal.timeout(patience);
    const answer = await fetch(url, { method: 'POST', headers, body: payload, redirect: 'manual', signal });
    return { status: answer.status, answer: (await answer.text()).slice(0, 2_000) };
  } catch (error) {
    const reason = error instanceof Error && error.name === 'TimeoutError' ? 'timed out' : 'nobody answered';
    return { status: 0, answer: reason };
  }
}
