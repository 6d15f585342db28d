import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import type { Call } from './counting-endpoint.ts';
import { deliveryOf, recordedPush } from './deliveries.ts';
import { callText, promiseOf } from './promise-of-call.ts';
import type { Bench, Table } from './report.ts';
import { webhookWorld } from './webhook-world.ts';

type World = Awaited<ReturnType<typeof webhookWorld>>;
/** A kind of webhook; `before` brings about what it finds. `steps`: its calls are listed one by one. */
type Kind = { name: string; delivery: () => APIGatewayProxyEventV2; before?: () => Promise<unknown>; steps?: true };

const commitOf = (name: string): string => createHash('sha1').update(name).digest('hex');
const wrong = `sha256=${'0'.repeat(64)}`;

/** Calls out of the webhook for each kind of delivery. */
export const webhookCalls: Bench = {
  name: 'calls',
  title: 'Calls out of the webhook for each kind of delivery',
  run: async () => {
    const work = mkdtempSync(join(tmpdir(), 'drover-bench-'));
    const world = await webhookWorld(work);
    try {
      const rows: string[][] = [];
      const steps: Table[] = [];
      for (const { name, delivery, before, steps: isListed } of kindsOf(world)) {
        await before?.();
        const event = delivery();
        world.counting.begin();
        const answer = Answer.parse(await world.handler(event));
        const calls = world.counting.stop();
        rows.push([name, answered(answer), ...countsOf(calls)]);
        if (isListed) steps.push(stepsOf(name, calls));
      }
      return { tables: [{ head, rows }, ...steps], notes };
    } finally {
      mock.timers.reset();
      await world.close();
      rmSync(work, { recursive: true });
    }
  },
};

const notes = [
  'Counted by an endpoint in front of the local AWS, request by request, for the handler of `functions/webhook.ts` in one process; the rows are one history, in this order. CodeBuild’s twin keeps its builds waiting, so that each is under way, until both are let succeed before the last row.',
  'A rejected delivery makes no call. What a wrong signature can cause is one reading of the secrets: in a process that has none yet, and again at most once a minute, since it may be of a secret that was just changed.',
  'A new push is three decisions (the branch, the release queued, its build started). Each is one conditional write and one line of history; the release and the one before it are read, and what is done is taken off, once a record. The two readings of CodeBuild are what “never two builds” costs: its own idempotency ends after five minutes. Numbers in parentheses are the promises in `docs/architecture.md`.',
];

function kindsOf({ codebase, settle }: World): Kind[] {
  if (codebase === undefined) throw new Error('the herd is empty');
  const { repository, branch } = codebase;
  const second = Math.floor(Date.UTC(2026, 10, 23, 16) / 1_000);
  const push = (after: string, before: string, pushed_at: number, changes: object = {}) =>
    deliveryOf(
      'push',
      recordedPush(
        { ref: `refs/heads/${branch}`, after: commitOf(after), before: commitOf(before), ...changes },
        { full_name: repository, pushed_at },
      ),
    );
  const signed = recordedPush();
  const newest = () => push('second', 'first', second + 60);
  const aMinuteLater = async () => mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 });
  const backToNow = async () => mock.timers.reset();
  return [
    { name: 'no signature, cold process', delivery: () => deliveryOf('push', signed, '') },
    { name: 'malformed signature, cold process', delivery: () => deliveryOf('push', signed, 'sha256=0') },
    { name: 'wrong signature, cold process', delivery: () => deliveryOf('push', signed, wrong) },
    { name: 'wrong signature', delivery: () => deliveryOf('push', signed, wrong) },
    {
      name: 'wrong signature, a minute later',
      before: aMinuteLater,
      delivery: () => deliveryOf('push', signed, wrong),
    },
    {
      name: 'ping',
      before: backToNow,
      delivery: () => deliveryOf('ping', JSON.stringify({ zen: 'Keep it logically awesome.', hook_id: 1 })),
    },
    { name: 'another branch', delivery: () => push('a', 'b', second, { ref: 'refs/heads/another' }) },
    { name: 'codebase not in the herd', delivery: () => deliveryOf('push', signed) },
    { name: 'first push of a codebase', delivery: () => push('first', 'none', second) },
    { name: 'new push, the newest', delivery: newest, steps: true },
    { name: 'known push again', delivery: newest },
    { name: 'late push (an older second)', delivery: () => push('late', 'first', second + 30), steps: true },
    {
      name: 'force-push back to a built commit',
      before: () => settle(commitOf('first'), commitOf('second')),
      delivery: () => push('first', 'second', second + 90, { forced: true }),
      steps: true,
    },
  ];
}

const Answer = z.object({ statusCode: z.number(), body: z.string() });
const Said = z.object({ outcome: z.string().optional(), reason: z.string().optional(), code: z.string().optional() });

function answered({ statusCode, body }: z.infer<typeof Answer>): string {
  const { outcome, reason, code } = Said.parse(JSON.parse(body));
  return [statusCode, reason ?? outcome ?? code].join(' ');
}

const head = [
  'delivery',
  'answer',
  'calls',
  'SSM',
  'DynamoDB reads',
  'DynamoDB writes',
  'CodeBuild',
  'SQS',
  'operations',
];

function countsOf(calls: Call[]): string[] {
  const count = (is: (call: Call) => boolean): string => String(calls.filter(is).length);
  const operations = Object.entries(Object.groupBy(calls, ({ operation }) => operation));
  return [
    String(calls.length),
    count(({ service }) => service === 'SSM'),
    count(({ service, operation }) => service === 'DynamoDB' && operation === 'GetItem'),
    count(({ service, operation }) => service === 'DynamoDB' && operation !== 'GetItem'),
    count(({ service }) => service === 'CodeBuild'),
    count(({ service }) => service === 'SQS'),
    operations.map(([operation, some = []]) => `${some.length} ${operation}`).join(', ') || '–',
  ];
}

function stepsOf(name: string, calls: Call[]): Table {
  const rows = calls.map((call, at) => [`${at + 1}. ${callText(call)}`, promiseOf(call, calls.slice(0, at))]);
  return { caption: `${name[0]?.toUpperCase()}${name.slice(1)}, call by call:`, head: ['call', 'what for'], rows };
}
