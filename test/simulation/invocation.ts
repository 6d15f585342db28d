import { branchCarriers } from '../../lib/branch/carriers.ts';
import type { Cluster } from '../../lib/cluster/cluster.ts';
import { ClusterError } from '../../lib/cluster/cluster-error.ts';
import { apply } from '../../lib/cluster/kubernetes/apply.ts';
import { check } from '../../lib/cluster/kubernetes/check.ts';
import { look } from '../../lib/cluster/kubernetes/look.ts';
import { stamp } from '../../lib/cluster/kubernetes/stamp.ts';
import { watch } from '../../lib/cluster/kubernetes/watch.ts';
import type { Codebase, Herd } from '../../lib/codebase/codebase.ts';
import type { Carriers } from '../../lib/engine/carry.ts';
import { decideAny } from '../../lib/engine/decide-any.ts';
import { type Engine, engine } from '../../lib/engine/engine.ts';
import { seconds } from '../../lib/engine/instant.ts';
import { keyText } from '../../lib/engine/key.ts';
import { Failure } from '../../lib/lambda/failure.ts';
import { tellCarrier } from '../../lib/notify/carrier.ts';
import { releaseCarriers, startCarrier } from '../../lib/release/carriers.ts';
import type { Store } from '../../lib/store/store.ts';
import { targetCarriers } from '../../lib/target/carriers.ts';
import { buildsOf, imagesOf } from './builds.ts';
import { clusterApi } from './cluster.ts';
import { begin, call, Outage, type Process, type Role } from './scheduler.ts';
import { CODEBASE, LEASE, say, type World } from './world.ts';

// Over 150 lines: everything that a function is given, in one place, so that it can be compared with functions/.

/** Starts a function's invocation and runs it until its first call. */
export async function spawn(
  world: World,
  role: Role,
  name: string,
  run: (engine: Engine, process: Process) => Promise<unknown>,
): Promise<Process> {
  world.ids += 1;
  const skew = Math.round((world.random() - 0.5) * 800);
  const process: Process = {
    id: world.ids,
    role,
    name,
    bornAt: world.now,
    skew,
    call: undefined,
    ended: false,
    error: undefined,
  };
  world.processes.push(process);
  await begin(process, async () => void (await run(engineOf(world, process), process)));
  return process;
}

function engineOf(world: World, process: Process): Engine {
  const { mutant } = world;
  const decide = mutant.decide?.(decideAny, world) ?? decideAny;
  const store = mutant.store?.(storeOf(world, process), world) ?? storeOf(world, process);
  const carriers = carriersOf(world, process, store);
  return engine({
    store,
    carriers: mutant.carriers?.(carriers, world) ?? carriers,
    policy: { herd: herdOf(world), lookAfter: seconds(60), watchAfter: seconds(5) },
    lease: LEASE,
    now: () => world.now + process.skew,
    decide: (record, addressed, policy, at) => {
      const decision = decide(record, addressed, policy, at);
      if (decision.kind === 'changed') world.ledger.decided(process, { record, addressed, decision });
      return decision;
    },
    sendWake: (wake, delay) =>
      call(
        process,
        'send a wake',
        () => void world.messages.push({ kind: 'wake', wake, at: world.now + Math.ceil(delay / 1000) * 1000 }),
      ),
    report: {
      decided: (key, event, outcome, reason) =>
        say(world, `p${process.id} ${keyText(key)} ${event} ${outcome}${reason ? `: ${reason}` : ''}`),
      failed: (key, effect, tries, _since, error) => {
        say(world, `p${process.id} ${keyText(key)} ${effect} failed ${tries} times: ${error}`);
        const isExpected =
          error instanceof Outage || ((error instanceof ClusterError || error instanceof Failure) && error.retryable);
        if (!isExpected) world.ledger.fail('ERROR', `${effect} threw ${error instanceof Error ? error.stack : error}`);
      },
      notTold: () => {},
      notWoken: () => {},
      unreadable: (key, error) => world.ledger.fail('ERROR', `${keyText(key)} cannot be read: ${error}`),
    },
  });
}

function storeOf(world: World, process: Process): Store {
  const { store, ledger } = world;
  return {
    read: async (key) => {
      const stored = await call(process, `read ${keyText(key)}`, () => store.read(key));
      ledger.read(process, key, stored);
      return stored;
    },
    write: (key, stored, expected) =>
      call(
        process,
        `write ${keyText(key)}`,
        () => {
          const before = store.records.get(keyText(key))?.stored;
          if ((before?.version ?? 0) === expected) ledger.written(process, key, before, stored);
          return store.write(key, stored, expected);
        },
        true,
      ),
    putEntry: (entry) => call(process, 'write an entry', () => store.putEntry(entry), true),
    due: (now, limit) => call(process, 'find what is due', () => store.due(now, limit)),
  };
}

/** What a function may carry out, as functions/ wires it. */
function carriersOf(world: World, process: Process, store: Store): Carriers {
  const herd = herdOf(world);
  const builds = buildsOf(process, world.workshop);
  const images = imagesOf(process, world.workshop);
  const head = () => call(process, 'ask for the head', () => world.pushes.at(-1)?.push.commit);
  const send = () => call(process, 'tell', () => undefined, true);
  switch (process.role) {
    case 'webhook':
      return startCarrier({ herd, builds });
    case 'finished':
      return releaseCarriers({ herd, builds, images });
    case 'front':
      return {};
    case 'worker':
      return {
        ...branchCarriers({ herd, head }),
        ...releaseCarriers({ herd, builds, images }),
        ...targetCarriers({ herd, images, cluster: clusterOf(world, process) }),
        ...tellCarrier({
          tell: async () => send,
          readRelease: async (codebase, commit) => {
            const record = (await store.read({ codebase, record: `release#${commit}` }))?.record;
            return record?.kind === 'release' ? record : undefined;
          },
          approvalLink: async () => undefined,
        }),
      };
  }
}

/** Kubernetes, reached by the real code of lib/cluster/kubernetes over a simulated API server. */
export function clusterOf(world: World, process: Process): Cluster {
  const reach = (place: { cluster: string }) => {
    const namespace = world.clusters[place.cluster];
    if (namespace === undefined) throw new Error(`no cluster ${place.cluster}`);
    return clusterApi(process, namespace);
  };
  return {
    look: async (place) => look(reach(place), place),
    apply: async (place, order) => apply(reach(place), place, order),
    check: async (place, image) => check(reach(place), place, image),
    watch: async (place, image) => watch(reach(place), place, image, world.now),
    stamp: async (place, number) => stamp(reach(place), place, number),
  };
}

function herdOf({ environments }: World): Herd {
  const shop: Codebase = {
    name: CODEBASE,
    language: 'node',
    github: 'https://github.com',
    repository: 'acme/shop',
    branch: 'main',
    environments,
    compute: 'auto',
    platforms: ['linux/arm64'],
    buildTimeoutMinutes: 30,
  };
  return {
    codebases: [shop],
    byName: (name) => (name === CODEBASE ? shop : undefined),
    byRepository: () => shop,
  };
}
