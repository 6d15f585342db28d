import type { Push } from '../../lib/branch/record.ts';
import type { Environment } from '../../lib/codebase/codebase.ts';
import type { Carriers } from '../../lib/engine/carry.ts';
import type { decideAny } from '../../lib/engine/decide-any.ts';
import { seconds } from '../../lib/engine/instant.ts';
import type { Wake } from '../../lib/engine/wake.ts';
import type { Store } from '../../lib/store/store.ts';
import type { Target } from '../../lib/target/record.ts';
import type { Workshop } from './builds.ts';
import type { Namespace } from './cluster.ts';
import { type MemoryStore, memoryStore } from './memory-store.ts';
import { type Ledger, ledger } from './promises.ts';
import type { Process } from './scheduler.ts';

// Over 150 lines: everything that the real decisions and the real loop meet (one codebase, its services, a clock). Its promises are in
// promises.ts and at-the-end.ts, what happens in it in act.ts, and how a function runs in it in invocation.ts.

export const CODEBASE = 'shop';
/** No function runs longer than this, and the lease is longer. Milliseconds. */
export const TIMEOUT = seconds(45);
export const LEASE = seconds(60);

const BEGIN = Date.UTC(2026, 0, 1);

export type Message =
  | { kind: 'wake'; wake: Wake; at: number }
  | { kind: 'push'; seq: number; at: number }
  | { kind: 'built'; commit: string; buildId: string; at: number };

/** A push as it happened; `seq` is its true place. */
type TruePush = { seq: number; push: Push; accepted: boolean; event: { kind: 'pushed'; push: Push } };

/** What a rule left out changes; see mutants.ts. */
export type Mutant = {
  decide?: (real: typeof decideAny, world: World) => typeof decideAny;
  store?: (real: Store, world: World) => Store;
  carriers?: (real: Carriers, world: World) => Carriers;
  world?: (world: World) => void;
};

export type World = {
  now: number;
  /** Draws for whatever happens within the present action. */
  random: () => number;
  /** Whether calls fail and cluster says no. */
  chaos: boolean;
  /** Whether anything went wrong that only the sweep mends. */
  faulty: boolean;
  store: MemoryStore;
  workshop: Workshop;
  clusters: Record<string, Namespace>;
  environments: Environment[];
  processes: Process[];
  messages: Message[];
  /** Changes that were sent by an executor that is gone, and that arrive later. */
  late: { what: string; perform: () => void }[];
  pushes: TruePush[];
  /** Digests that crash. */
  bad: Set<string>;
  sameDigest: boolean;
  told: string[];
  ledger: Ledger;
  log: string[];
  violation: Error | undefined;
  mutant: Mutant;
  ids: number;
};

export const target = (world: World, environment: string): Target | undefined => {
  const record = world.store.records.get(`${CODEBASE}/target#${environment}`)?.stored.record;
  return record?.kind === 'target' ? record : undefined;
};

export const say = (world: World, text: string): void => {
  const seconds = String(Math.round((world.now - BEGIN) / 1000)).padStart(6);
  world.log.push(`${seconds} ${text.replace(/([0-9a-f])\1{39,}/g, '$1')}`);
};

/** A world before anything was pushed. `head` chooses what it is like, bit by bit. */
export function world(head: number, mutant: Mutant = {}): World {
  const bit = (n: number) => (head & (1 << n)) !== 0;
  const workloads = (n: number) =>
    Array.from({ length: n }, (_, i) => ({ kind: 'Deployment' as const, name: `web${i}`, container: 'app' }));
  const settings = {
    namespace: 'default',
    approvalLifetimeMinutes: 60,
    rolloutDeadlineSeconds: 120,
    stabilitySeconds: bit(10) ? 10 : 0,
    drift: bit(8) ? ('report' as const) : ('revert' as const),
  };
  const environments: Environment[] = [
    {
      ...settings,
      name: 'staging',
      cluster: 'staging',
      approval: 'none',
      create: !bit(0),
      workloads: workloads(bit(9) ? 2 : 1),
    },
    {
      ...settings,
      name: 'production',
      cluster: 'production',
      approval: 'required',
      create: !bit(1),
      workloads: workloads(bit(9) ? 2 : 1),
    },
  ];
  const made: World = {
    now: BEGIN,
    random: () => 0.5,
    chaos: true,
    faulty: false,
    store: memoryStore(),
    workshop: {
      builds: [],
      tags: new Map(),
      adopts: true,
      isFull: () => fault(made, 0.08),
      started: (build) => made.ledger.started(build),
      asked: (id, size) => made.ledger.asked(id, size),
    },
    clusters: {},
    environments,
    processes: [],
    messages: [],
    late: [],
    pushes: [],
    bad: new Set([...(bit(2) ? ['b'] : []), ...(bit(3) ? ['c'] : [])]),
    sameDigest: bit(4) && bit(5),
    told: [],
    ledger: ledger(() => made),
    log: [],
    violation: undefined,
    mutant,
    ids: 0,
  };
  for (const [i, environment] of environments.entries())
    made.clusters[environment.name] = namespace(made, environment, bit(i));
  mutant.world?.(made);
  return made;
}

export const fault = (world: World, likely: number): boolean => world.chaos && world.random() < likely;

function namespace(world: World, { name, workloads }: Environment, hasBaseline: boolean): Namespace {
  const refused = new Set<number>();
  const base = (workload: string) => ({
    name: workload,
    image: 'base',
    annotations: {},
    resourceVersion: 1,
    status: 'complete' as const,
  });
  return {
    workloads: new Map(hasBaseline ? workloads.map((workload) => [workload.name, base(workload.name)]) : []),
    isRefused: (number) => {
      if (!refused.has(number) && fault(world, 0.04)) refused.add(number);
      return refused.has(number);
    },
    looked: (process) => world.ledger.looked(process, name),
    changes: (process, change) => world.ledger.patched(process, name, change),
  };
}
