import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EventBridgeEvent } from 'aws-lambda';
import * as z from 'zod';
import { writeWhole } from '../disk/write-whole.ts';
import { callFunction, type LambdaHandler } from '../lambda/call.ts';
import { localAccount, localRegion } from './credentials.ts';

/** What a service says; the bus adds id, time, account and region. */
export type BusEvent = { source: string; 'detail-type': string; detail: Record<string, unknown>; resources?: string[] };
export type DeliveredEvent = EventBridgeEvent<string, Record<string, unknown>>;

export type Rule = {
  name: string;
  source: string;
  detailType: string;
  handler: LambdaHandler<DeliveredEvent>;
  timeoutSeconds?: number;
};

export type BusOptions = {
  folder: string;
  now: () => number;
  rules: Rule[];
  /** Milliseconds before each new try of a call that failed; Lambda itself waits one minute, then two. */
  retryAfter?: number[];
  report?: (line: {
    rule: string;
    event: string;
    outcome: 'delivered' | 'dropped' | 'failed' | 'given-up';
    reason?: string;
  }) => void;
};

const Kept = z.object({
  id: z.string(),
  version: z.string(),
  account: z.string(),
  time: z.string(),
  region: z.string(),
  resources: z.array(z.string()),
  source: z.string(),
  'detail-type': z.string(),
  detail: z.record(z.string(), z.unknown()),
});

/**
 * EventBridge with Lambda targets: at least once, in no order. An event is kept until every rule's handler took it, so one
 * that a kill interrupted is delivered again at the next start. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
 */
export function startBus({ folder, now, rules, retryAfter = [60_000, 120_000], report }: BusOptions) {
  mkdirSync(folder, { recursive: true });
  const planned: ('drop' | 'repeat')[] = [];
  const stop = new AbortController();
  const underWay = new Set<Promise<void>>();

  const deliver = async (rule: Rule, event: DeliveredEvent): Promise<void> => {
    for (const wait of [0, ...retryAfter]) {
      if (wait > 0) await pause(wait, stop.signal);
      if (stop.signal.aborted) return;
      const options = { name: rule.name, timeoutSeconds: rule.timeoutSeconds ?? 60, now };
      const outcome = await callFunction(rule.handler, event, options);
      const reason = outcome.kind === 'failed' ? outcome.reason : 'the function took too long';
      report?.({
        rule: rule.name,
        event: event.id,
        ...(outcome.kind === 'answered' ? { outcome: 'delivered' } : { outcome: 'failed', reason }),
      });
      if (outcome.kind === 'answered') return;
    }
    report?.({ rule: rule.name, event: event.id, outcome: 'given-up' });
  };

  const run = (event: DeliveredEvent, times: number): void => {
    const path = join(folder, `${event.id}.json`);
    const matching = rules.filter((rule) => rule.source === event.source && rule.detailType === event['detail-type']);
    const calls = matching.flatMap((rule) => Array.from({ length: times }, () => deliver(rule, event)));
    const all = Promise.all(calls).then(() => {
      // Stopped before it was taken: it stays for the next start.
      if (!stop.signal.aborted) rmSync(path, { force: true });
      underWay.delete(all);
    });
    underWay.add(all);
  };

  for (const file of readdirSync(folder).filter((entry) => entry.endsWith('.json')))
    run(Kept.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))), 1);

  return {
    /** Takes an event; it reaches the handlers of the rules for its source and detail type. Returns its id. */
    put: (given: BusEvent): string => {
      const event: DeliveredEvent = {
        version: '0',
        id: randomUUID(),
        account: localAccount,
        region: localRegion,
        time: new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z'),
        resources: given.resources ?? [],
        source: given.source,
        'detail-type': given['detail-type'],
        detail: given.detail,
      };
      const plan = planned.shift();
      if (plan === 'drop') {
        report?.({ rule: '', event: event.id, outcome: 'dropped' });
        return event.id;
      }
      writeWhole(join(folder, `${event.id}.json`), JSON.stringify(event));
      run(event, plan === 'repeat' ? 2 : 1);
      return event.id;
    },
    /** The next event is lost, as EventBridge's events rarely are. */
    dropNext: (): void => void planned.push('drop'),
    /** The next event reaches each handler twice. */
    repeatNext: (): void => void planned.push('repeat'),
    /** Waits for the calls under way; what still waits to be tried again stays for the next start. */
    close: async (): Promise<void> => {
      stop.abort();
      await Promise.all(underWay);
    },
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
