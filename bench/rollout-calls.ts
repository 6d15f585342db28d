import http from 'node:http';
import type { Access } from '../lib/cluster/kubernetes/api.ts';
import { kubernetesCluster } from '../lib/cluster/kubernetes/kubernetes-cluster.ts';
import type { Codebase } from '../lib/codebase/codebase.ts';
import { engine } from '../lib/engine/engine.ts';
import { keyText, targetKey } from '../lib/engine/key.ts';
import type { Wake } from '../lib/engine/wake.ts';
import { targetCarriers } from '../lib/target/carriers.ts';
import type { Target } from '../lib/target/record.ts';
import { listen } from '../local/http/listen.ts';
import { shop } from '../test/approval/records.ts';
import { foreignDeployment, makeDeployment } from '../test/cluster/foreign-hand.ts';
import { startLocalCluster } from '../test/cluster/local-cluster.ts';
import { until } from '../test/cluster/until.ts';
import { memoryStore } from '../test/simulation/memory-store.ts';
import { environment } from '../test/target/play.ts';
import { showSpread } from './measure.ts';
import type { Bench } from './report.ts';

/** As deployed: serverless.yml, and the defaults of codebases.yml. Milliseconds. */
const STEP = 5_000;
const STABILITY_SECONDS = 60;

type Call = { target: string; what: string };
type Case = { name: string; stabilitySeconds: number; image: 'two' | 'crashing' | 'missing'; ends: string };
const cases: Case[] = [
  { name: 'update of two replicas, stable for 60 s', stabilitySeconds: STABILITY_SECONDS, image: 'two', ends: 'live' },
  { name: 'crash loop, rolled back', stabilitySeconds: STABILITY_SECONDS, image: 'crashing', ends: 'rolled-back' },
  { name: 'image missing, rolled back', stabilitySeconds: STABILITY_SECONDS, image: 'missing', ends: 'rolled-back' },
];
const QUICK = 7;
const quick: Case[] = Array.from({ length: QUICK }, (_, n) => ({
  name: `quick-${n + 1}`,
  stabilitySeconds: 0,
  image: 'two',
  ends: 'live',
}));

/** What a rollout asks of the API server, and how soon what is ready is live in the record. */
export const rolloutCalls: Bench = {
  name: 'rollout-calls',
  title: 'Calls to the API server for a rollout',
  run: async (say) => {
    const cluster = await startLocalCluster();
    const counted = await counting(cluster.access);
    try {
      const all = [...cases, ...quick].map((given, n) => ({ ...given, target: `target-${n}` }));
      const codebases = all.map(({ target, stabilitySeconds }): Codebase => {
        const workloads = [{ kind: 'Deployment' as const, name: target, container: 'web' }];
        const place = { ...environment, namespace: cluster.namespace, workloads, approval: 'none' as const };
        return { ...shop, name: target, environments: [{ ...place, stabilitySeconds }] };
      });
      const { store, advance } = worker(codebases, counted.access);
      for (const { target } of all)
        await makeDeployment(
          cluster.admin,
          cluster.namespace,
          foreignDeployment(target, cluster.images.one, { replicas: 2 }),
        );
      await Promise.all(all.map(({ target }) => until(60, () => isReady(target))));
      say(`${all.length} targets run; each is given a release, and watched every ${STEP / 1_000} s`);

      async function isReady(target: string, image = cluster.images.one): Promise<true | undefined> {
        const place = codebases.find(({ name }) => name === target)?.environments[0];
        if (place === undefined) throw new Error('no such target');
        const { status } = await cluster.cluster.watch(place, image);
        return status === 'complete' ? true : undefined;
      }
      const roll = async ({ target, image, ends, stabilitySeconds }: (typeof all)[number]) => {
        const to = cluster.images[image];
        const offer = { release: 'b'.repeat(40), digest: to.split('@')[1] ?? '', image: to, order: 1 };
        const began = Date.now();
        await advance.target(target, environment.name, { kind: 'offered', offer });
        const ready = stabilitySeconds === 0 ? await until(60, () => isReady(target, to)).then(() => Date.now()) : 0;
        await until(180, async () => {
          const record = (await store.read(targetKey(target, environment.name)))?.record;
          return record?.kind === 'target' && record.rollout === null && isOver(record) ? true : undefined;
        });
        const entry = [...store.entries.values()].findLast(
          ({ codebase, what }) => codebase === target && what === ends,
        );
        if (entry === undefined) throw new Error(`${target} did not end as ${ends}`);
        return { seconds: (entry.at - began) / 1_000, late: Math.max(0, entry.at - ready) / 1_000 };
      };
      const ended = await Promise.all(all.map((one) => roll(one)));
      const rows = all.slice(0, cases.length).map(({ name, target }, n) => {
        const calls = counted.calls.filter((call) => call.target === target);
        const kinds = Map.groupBy(calls, ({ what }) => what);
        const each = [...kinds].map(([what, { length }]) => `${length} ${what}`).join(', ');
        return [name, String(calls.length), (ended[n]?.seconds ?? Number.NaN).toFixed(0), each];
      });
      const late = ended.slice(cases.length).map((one) => one.late);
      return {
        tables: [
          { head: ['rollout', 'calls', 'seconds', 'of them'], rows },
          {
            caption: 'From ready in Kubernetes to live in the record, without a stability window:',
            head: ['rollouts', 'a step, s', 'seconds'],
            rows: [[String(QUICK), String(STEP / 1_000), showSpread(late, 1)]],
          },
        ],
        notes: [
          "The engine, the target's decisions and the client as deployed, against the local cluster; the registry and the table are not counted. A watch of Kubernetes' own would be an open connection for each cluster, which a function that ends cannot hold.",
          'The first call reads what runs; a look at a rollout under way is three calls (the Deployment, its ReplicaSets, its pods), at a complete one two.',
        ],
      };
    } finally {
      await counted.close();
      await cluster.close();
    }
  },
};

const isOver = ({ number }: Target): boolean => number > 0;

/** The worker's part of the engine: wakes are timers here. */
function worker(codebases: Codebase[], access: Access) {
  const store = memoryStore();
  const byName = (name: string) => codebases.find((codebase) => codebase.name === name);
  const herd = { codebases, byName, byRepository: () => undefined };
  const now = () => Date.now();
  const images = {
    find: async (_: string, by: { tag: string } | { digest: string }) =>
      'digest' in by ? { digest: by.digest, tags: [] } : undefined,
    protect: async () => undefined,
    reference: (codebase: string, digest: string) => `${codebase}@${digest}`,
  };
  const nothing = () => undefined;
  const sendWake = async (wake: Wake, delay: number) => {
    setTimeout(() => void woken(wake), delay);
  };
  const { advance, woken } = engine({
    store,
    carriers: {
      ...targetCarriers({ herd, images, cluster: kubernetesCluster({ access: async () => access, now }) }),
      tell: async () => undefined,
    },
    sendWake,
    policy: { herd, lookAfter: STEP, watchAfter: STEP },
    lease: 90_000,
    now,
    report: {
      decided: nothing,
      notTold: nothing,
      notWoken: nothing,
      unreadable: nothing,
      failed: (key, effect, _tries, _since, error) => process.stderr.write(`${keyText(key)} ${effect}: ${error}\n`),
    },
  });
  return { store, advance };
}

/** Passes calls on to the API server, and keeps which target each was about. */
async function counting(access: Access): Promise<{ access: Access; calls: Call[]; close: () => Promise<void> }> {
  const calls: Call[] = [];
  const server = http.createServer((request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const [path = '', query = ''] = url.split('?');
    const target = /target-\d+/.exec(url)?.[0] ?? '';
    const resource = /\/(deployments|replicasets|pods|events)(?:\/[^/]+)?(\/log)?$/.exec(path);
    calls.push({ target, what: `${method} ${resource?.[2] ? 'log' : (resource?.[1] ?? path)}` });
    const passed = http.request(new URL(`${path}?${query}`, access.server), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  const { url, close } = await listen(server, 0, 'the counting API server');
  return { access: { ...access, server: url }, calls, close };
}
