import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesApi } from '../lib/cluster/kubernetes/api.ts';
import { check } from '../lib/cluster/kubernetes/check.ts';
import { httpsApi } from '../lib/cluster/kubernetes/https-api.ts';
import type { Codebase } from '../lib/codebase/codebase.ts';
import { type CheckRound, checkPage, firstOfRound, type Round } from '../lib/target/check-round.ts';
import { eventOf } from '../lib/target/check-target.ts';
import type { Target } from '../lib/target/record.ts';
import { startCluster } from '../local/cluster/start-cluster.ts';
import { shop } from '../test/approval/records.ts';
import { foreignDeployment, makeDeployment, setImage } from '../test/cluster/foreign-hand.ts';
import { historyWorld } from '../test/history/history-world.ts';
import { aTarget, environment, imageOf } from '../test/target/play.ts';
import { interleave, ratios, timed } from './measure.ts';
import type { Bench } from './report.ts';

const COUNT = 500;
/** One in a hundred was changed by hand. */
const CHANGED = 5;
const ROUNDS = 7;
const nameOf = (n: number): string => `shop-${String(n).padStart(3, '0')}`;
const codebases: Codebase[] = Array.from({ length: COUNT }, (_, n) => ({
  ...shop,
  name: nameOf(n),
  environments: [
    { ...environment, namespace: 'default', workloads: [{ kind: 'Deployment', name: nameOf(n), container: 'web' }] },
  ],
}));
const byName = (name: string) => codebases.find((codebase) => codebase.name === name);

type Cost = { milliseconds: number; table: number; cluster: number; messages: number; memory: number; seen: number };

/** What a look at every target costs: a round by pages, beside a due time in each record. */
export const drift: Bench = {
  name: 'drift',
  title: `${COUNT} targets looked at for drift`,
  run: async (say) => {
    const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'));
    const world = await historyWorld();
    const cluster = await startCluster({
      port: 0,
      folder,
      registry: 'http://127.0.0.1:9',
      verifyToken: async () => 'bench',
    });
    try {
      const calls = { cluster: 0 };
      const plain = httpsApi({ server: cluster.endpoint, token: async () => 'bench' });
      const api: KubernetesApi = (request) => {
        calls.cluster += 1;
        return plain(request);
      };
      for (let n = 0; n < COUNT; n += 1) {
        await makeDeployment(plain, 'default', foreignDeployment(nameOf(n), imageOf('a'), { replicas: 0 }));
        await world.putTarget(aTarget({ codebase: nameOf(n) }));
      }
      for (let n = 0; n < CHANGED; n += 1) await setImage(plain, 'default', nameOf(n * 100), imageOf('f'));
      say(`${COUNT} targets made`);

      const measured = async (run: () => Promise<{ messages: number; seen: number }>): Promise<Cost> => {
        calls.cluster = 0;
        world.queries.count = 0;
        globalThis.gc?.();
        const before = process.memoryUsage().heapUsed;
        let most = before;
        const sampling = setInterval(() => {
          most = Math.max(most, process.memoryUsage().heapUsed);
        }, 2);
        const { milliseconds, value } = await timed(run);
        clearInterval(sampling);
        return { milliseconds, table: world.queries.count, cluster: calls.cluster, memory: most - before, ...value };
      };

      /** The real round, its decisions left out: they cost the same whichever way a drift is found. */
      const byPages = async () => {
        const messages: CheckRound[] = [firstOfRound];
        let [sent, seen] = [1, 0];
        const round: Round = {
          now: () => Date.now(),
          table: world.services.table,
          herd: { codebases, byName, byRepository: () => undefined },
          cluster: { check: (place, image) => check(api, place, image) },
          advance: {
            target: async () => {
              seen += 1;
              return { kind: 'ignored', reason: '', record: undefined };
            },
          },
          send: async (next) => {
            sent += 1;
            messages.push(next);
          },
          failed: (_, error) => {
            throw error;
          },
        };
        for (let next = messages.shift(); next !== undefined; next = messages.shift()) await checkPage(round, next);
        return { messages: sent, seen };
      };

      /** A wake for each record that is due: read it, look, write when it is due again. */
      const byRecord = async () => {
        const waiting = codebases.map(({ name }) => name);
        let seen = 0;
        const work = async () => {
          for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
            const key = { codebase: name, record: 'target#production' } as const;
            const stored = await world.store.read(key);
            const place = byName(name)?.environments[0];
            if (stored?.record.kind !== 'target' || stored.record.live === null || place === undefined) continue;
            const target: Target = stored.record;
            const found = await check(api, place, stored.record.live.image);
            if (eventOf(found, target.number).kind === 'drift-seen') seen += 1;
            await world.store.write(key, { ...stored, version: stored.version + 1 }, stored.version);
          }
        };
        await Promise.all(Array.from({ length: 16 }, work));
        return { messages: COUNT, seen };
      };

      const [pages = [], records = []] = await interleave(ROUNDS, [() => measured(byPages), () => measured(byRecord)]);
      const rows = [row('a round by pages (drover)', pages), row('a due time in each record', records)];
      const ratio = ratios(
        pages.map(({ milliseconds }) => milliseconds),
        records.map(({ milliseconds }) => milliseconds),
      ).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)];
      return {
        tables: [
          {
            head: ['', 'time', 'table calls', 'cluster calls', 'messages', 'memory at most', 'drift seen'],
            rows,
          },
        ],
        notes: [
          `By pages takes ${ratio?.toFixed(2)} of the time, the median of ${ROUNDS} pairs.`,
          `${CHANGED} of ${COUNT} were changed by hand; each of those is read a second time, consistently.`,
          'Table and cluster run in the same process: the time is theirs too, and the memory includes what they hold meanwhile.',
        ],
      };
    } finally {
      await cluster.close();
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function row(name: string, costs: Cost[]): string[] {
  const median = (of: (cost: Cost) => number): number =>
    costs.map(of).toSorted((a, b) => a - b)[Math.floor(costs.length / 2)] ?? Number.NaN;
  return [
    name,
    `${median((cost) => cost.milliseconds).toFixed(0)} ms`,
    ...[median((cost) => cost.table), median((cost) => cost.cluster), median((cost) => cost.messages)].map(String),
    `${(median((cost) => cost.memory) / 1e6).toFixed(1)} MB`,
    String(median((cost) => cost.seen)),
  ];
}
