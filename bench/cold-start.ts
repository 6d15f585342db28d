import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAws } from '../local/aws/aws.ts';
import { localEnvironment } from '../local/aws/credentials.ts';
import { ssmService } from '../local/aws/ssm.ts';
import { coldProcesses, type Measured, unpackFunction, unpackOwn } from './cold-process.ts';
import { deliveryOf, recordedPush, webhookSecret } from './deliveries.ts';
import { interleave, ratios, showSpread } from './measure.ts';
import type { Bench, Table } from './report.ts';

const ROUNDS = 15;

const push = recordedPush();
const cases = [
  {
    name: 'A signed push to a codebase that is not in the herd',
    event: deliveryOf('push', push),
    ours: 200,
    floor: 202,
  },
  { name: 'A wrong signature', event: deliveryOf('push', push, `sha256=${'0'.repeat(64)}`), ours: 401, floor: 401 },
];

/** Import and first call of the packaged webhook, beside the least that such a function can be. */
export const coldStart: Bench = {
  name: 'cold-start',
  title: 'Cold start of the webhook beside a floor',
  run: async (say) => {
    const work = mkdtempSync(join(tmpdir(), 'drover-bench-'));
    const calls: string[] = [];
    const aws = await startParameterStore(work, (call) => calls.push(call));
    try {
      const webhook = await unpackFunction(work, 'webhook');
      const floor = await unpackOwn(work, 'floor');
      const floorWithSecret = await unpackOwn(work, 'floor-with-secret');
      const { next, run } = await coldProcesses(work, {
        ...localEnvironment(aws.url),
        DROVER_TABLE: 'drover',
        DROVER_QUEUE_URL: `${aws.url}/000000000000/wake`,
        DROVER_URL: 'https://drover.example',
        DROVER_REGISTRY: 'registry.example',
        SECRET: webhookSecret,
      });
      const tables: Table[] = [];
      for (const { name, event, ours, floor: floorAnswer } of cases) {
        say(`${name}: ${ROUNDS} rounds of cold processes`);
        next(event);
        const variants = [
          () => run(webhook, ours),
          () => run(floor, floorAnswer),
          () => run(floorWithSecret, floorAnswer),
        ];
        tables.push(tableOf(`${name}:`, await interleave(ROUNDS, variants)));
      }
      const bytes = [webhook, floor, floorWithSecret].map(({ zipBytes }) => (zipBytes / 1_000).toFixed(1));
      const others = calls.filter((call) => call !== 'AmazonSSM.GetParameters');
      return {
        tables,
        notes: [
          `Each table is ${ROUNDS} rounds of new processes, one of each kind in turn, after a round that is not counted. The zips are unpacked, not fetched; the page cache is warm. What Lambda adds to a cold start (the sandbox, Node itself) is in none of them, nor is TLS: the twins speak plain HTTP. Processor time is of all threads of the process; it says most where the load is high.`,
          'Floor: `bench/floor.ts` as a zip of the same form (`infra/bundle.ts`: minified, `mainFields` `module,main`): the check of the signature with a secret from the environment, a DynamoDB and a CodeBuild client made, nothing sent. With secret: the same and an SSM client, which reads the secret as the webhook must (`bench/floor-with-secret.ts`).',
          `The webhook's first call also parses herd and environment and makes four clients and a logger. Zips: webhook ${bytes[0]} kB, floor ${bytes[1]} kB, floor with secret ${bytes[2]} kB.`,
          `What the ${2 * cases.length * (ROUNDS + 1)} first calls that ask for a secret called: GetParameters ${calls.length - others.length} times, ${others.length === 0 ? 'nothing else' : others.join(', ')}.`,
        ],
      };
    } finally {
      await aws.close();
      rmSync(work, { recursive: true });
    }
  },
};

async function startParameterStore(work: string, called: (call: string) => void) {
  const folder = join(work, 'parameters');
  mkdirSync(folder);
  const ssm = ssmService({ folder, now: Date.now });
  const secret = { Name: '/drover/github-webhook-secret', Value: webhookSecret, Type: 'SecureString' };
  await ssm.operations.PutParameter?.(secret);
  const report = ({ service, operation }: { service: string; operation: string }) => called(`${service}.${operation}`);
  return startAws({ port: 0, now: Date.now, services: [ssm], report });
}

function tableOf(caption: string, [ours = [], floor = [], floorWithSecret = []]: Measured[][]): Table {
  const parts: [string, (measured: Measured) => number][] = [
    ['import and first call', (measured) => measured.import + measured.call],
    ['the same, processor time', ({ cpu }) => cpu],
    ['import', (measured) => measured.import],
    ['first call', ({ call }) => call],
  ];
  const rows = parts.map(([part, of]) => {
    const [own, least, withSecret] = [ours.map(of), floor.map(of), floorWithSecret.map(of)];
    const beside = [ratios(own, least), ratios(own, withSecret)].map((values) => showSpread(values, 2));
    return [part, ...beside, ...[own, least, withSecret].map((values) => showSpread(values, 1))];
  });
  const head = ['', 'webhook ÷ floor', '÷ floor with secret', 'webhook, ms', 'floor, ms', 'with secret, ms'];
  return { caption, head, rows };
}
