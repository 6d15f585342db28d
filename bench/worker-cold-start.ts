import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { loadHerd } from '../infra/load-herd.ts';
import { httpsApi } from '../lib/cluster/kubernetes/https-api.ts';
import { workloadPath } from '../lib/cluster/kubernetes/namespace.ts';
import { targetKey } from '../lib/engine/key.ts';
import { dynamoStore } from '../lib/store/dynamo-store.ts';
import { firstOfRound } from '../lib/target/check-round.ts';
import { startAws } from '../local/aws/aws.ts';
import { localCredentials, localEnvironment, localRegion } from '../local/aws/credentials.ts';
import { startDynamoDb } from '../local/aws/dynamodb.ts';
import { verifyToken } from '../local/aws/sts.ts';
import { startCluster } from '../local/cluster/start-cluster.ts';
import { foreignDeployment, makeDeployment } from '../test/cluster/foreign-hand.ts';
import { aTarget, imageOf } from '../test/target/play.ts';
import { coldProcesses, type Measured, unpackFunction, unpackOwn } from './cold-process.ts';
import { interleave, ratios, showSpread } from './measure.ts';
import { root } from './packaged.ts';
import type { Bench } from './report.ts';

const ROUNDS = 15;
const TABLE = 'drover';

/** Import and first call of the function that deploys, which looks at one target, beside the least that asks the same. */
export const workerColdStart: Bench = {
  name: 'worker-cold-start',
  title: 'Cold start of the worker beside a floor',
  run: async (say) => {
    const work = mkdtempSync(join(tmpdir(), 'drover-bench-'));
    const { herd } = loadHerd(join(root, 'codebases.yml'));
    const [codebase] = herd.codebases;
    const [environment] = codebase?.environments ?? [];
    const [workload] = environment?.workloads ?? [];
    if (codebase === undefined || environment === undefined || workload === undefined) throw new Error('no target');
    const host = `sts.${localRegion}.amazonaws.com`;
    let asked = 0;
    const isKnown = (token: string) => {
      const verdict = verifyToken(token, environment.cluster, { now: Date.now, hosts: [host] });
      if (verdict.kind === 'known') asked += 1;
      return token === 'bench' || verdict.kind === 'known';
    };
    const cluster = await startCluster({
      port: 0,
      folder: join(work, 'cluster'),
      registry: 'http://127.0.0.1:9',
      verifyToken: async (token) => (isKnown(token) ? 'bench' : undefined),
    });
    const dynamodb = await startDynamoDb({ port: 0, table: TABLE });
    const calls: string[] = [];
    const aws = await startAws({
      port: 0,
      now: Date.now,
      services: [],
      dynamodb,
      clusters: () => [{ name: environment.cluster, endpoint: cluster.endpoint, certificateAuthority: 'none' }],
      report: ({ service, operation }) => calls.push(`${service} ${operation}`),
    });
    try {
      const api = httpsApi({ server: cluster.endpoint, token: async () => 'bench' });
      const { name, container } = workload;
      const deployment = foreignDeployment(name, imageOf('a'), { replicas: 0, container: { name: container } });
      await makeDeployment(api, environment.namespace, deployment);
      const client = new DynamoDBClient({ endpoint: dynamodb.url, region: localRegion, credentials: localCredentials });
      const record = aTarget({ codebase: codebase.name, environment: environment.name });
      const stored = { version: 1, wake: 0, record, pending: [] };
      await dynamoStore(client, TABLE).write(targetKey(codebase.name, environment.name), stored, 0);
      client.destroy();

      const worker = await unpackFunction(work, 'worker');
      const floor = await unpackOwn(work, 'floor-worker');
      const { next, run } = await coldProcesses(work, {
        ...localEnvironment(aws.url),
        DROVER_TABLE: TABLE,
        DROVER_QUEUE_URL: `${aws.url}/000000000000/wake`,
        DROVER_URL: 'https://drover.example',
        DROVER_REGISTRY: 'registry.example',
        FLOOR_CLUSTER: environment.cluster,
        FLOOR_PATH: workloadPath(environment.namespace, workload.kind, name),
      });
      next({ Records: [{ messageId: 'bench', body: JSON.stringify(firstOfRound) }] });
      say(`${ROUNDS} rounds of cold processes`);
      const [ours = [], least = []] = await interleave(ROUNDS, [() => run(worker, 200), () => run(floor, 200)]);
      if (asked !== 2 * (ROUNDS + 1)) throw new Error(`the API server was asked ${asked} times by known callers`);
      const parts: [string, (measured: Measured) => number][] = [
        ['import and first call', (measured) => measured.import + measured.call],
        ['the same, processor time', ({ cpu }) => cpu],
        ['import', (measured) => measured.import],
        ['first call', ({ call }) => call],
      ];
      const rows = parts.map(([part, of]) => [
        part,
        showSpread(ratios(ours.map(of), least.map(of)), 2),
        showSpread(ours.map(of), 1),
        showSpread(least.map(of), 1),
      ]);
      const kinds = Map.groupBy(calls, (call) => call);
      const services = [...kinds].map(([call, { length }]) => `${call} ${length} times`).join(', ');
      return {
        tables: [{ head: ['', 'worker ÷ floor', 'worker, ms', 'floor, ms'], rows }],
        notes: [
          `A wake that asks for a look at every target, of which there is one: its record by a query, where its cluster is by EKS, a token, its Deployment by a GET. ${ROUNDS} rounds of new processes in turn, after one that is not counted; the twins speak plain HTTP on this machine, so neither TLS nor distance is in it.`,
          `Floor: \`bench/floor-worker.ts\` as a zip of the same form: the same calls by the same SDK and node's own \`https\`, and nothing else. Zips: worker ${(worker.zipBytes / 1_000).toFixed(1)} kB, floor ${(floor.zipBytes / 1_000).toFixed(1)} kB.`,
          `What the ${2 * (ROUNDS + 1)} first calls asked: ${services}, and the API server ${asked} times.`,
        ],
      };
    } finally {
      await aws.close();
      await dynamodb.close();
      await cluster.close();
      rmSync(work, { recursive: true });
    }
  },
};
