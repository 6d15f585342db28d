import type { Applied, ApplyOrder, Cluster, Stamped, Watched } from '../cluster/cluster.ts';
import type { Herd } from '../codebase/codebase.ts';
import type { Carriers, Owed } from '../engine/carry.ts';
import type { Addressed } from '../engine/decide-any.ts';
import type { Images } from '../image/images.ts';
import { Failure } from '../lambda/failure.ts';
import { eventOf } from './check-target.ts';
import type { TargetEvent } from './event.ts';
import type { Rollout, Target } from './record.ts';

/** What a target owes its cluster. An effect whose number is not the rollout's is about a phase that ended: nothing is done. */
export function targetCarriers({ herd, cluster, images }: { herd: Herd; cluster: Cluster; images: Images }) {
  /** The image is tagged so that it is kept before it is applied; one that is gone from the registry is never applied. */
  const apply = async (target: Target, rollout: Rollout, { stillOwed }: Pick<Owed, 'stillOwed'>): Promise<Applied> => {
    const wanted = wantedBy(rollout);
    if (wanted === undefined) return { kind: 'refused', image: null, reason: 'nothing ran here before' };
    if (wanted.digest !== undefined && wanted.release !== undefined) {
      const found = await images.find(target.codebase, { digest: wanted.digest });
      if (found === undefined) return missing(target, rollout, wanted.image);
      await images.protect(target.codebase, wanted.digest, `deployed-${target.environment}-${wanted.release}`);
    }
    const stillCurrent = async () => {
      const now = await stillOwed();
      return now?.kind === 'target' && now.rollout?.number === rollout.number;
    };
    return cluster.apply(rollout.place, { ...orderOf(rollout, wanted), stillCurrent });
  };

  const missing = async (target: Target, rollout: Rollout, wanted: string): Promise<Applied> => {
    const look = await cluster.look(rollout.place);
    const reason = `the registry of ${target.codebase} no longer has ${wanted}`;
    const image = look.kind === 'running' ? look.image : look.kind === 'missing' ? null : undefined;
    return { kind: 'refused', image, reason };
  };

  return {
    'look-cluster': async (_effect, { record }) => {
      if (record.kind !== 'target') return undefined;
      const { codebase, environment } = record;
      const place = herd.byName(codebase)?.environments.find(({ name }) => name === environment);
      // This worker may be one deploy behind the herd: another try meets a newer one.
      if (place === undefined)
        throw new Failure('place-unknown', `${codebase} has no environment ${environment} in this herd`, {
          retryable: true,
        });
      return { of: 'target', codebase, environment, event: { kind: 'baseline-seen', look: await cluster.look(place) } };
    },
    check: async (_effect, { record }) => {
      if (record.kind !== 'target' || record.live === null || record.rollout !== null) return undefined;
      const { codebase, environment, number, live } = record;
      const place = herd.byName(codebase)?.environments.find(({ name }) => name === environment);
      if (place === undefined) return undefined;
      const checked = await cluster.check(place, live.image);
      return { of: 'target', codebase, environment, event: { ...eventOf(checked, number), asked: true } };
    },
    apply: ({ number }, owed) =>
      rolling(owed, number, async (target, rollout) => {
        const answer = await unlessPermanent(apply(target, rollout, owed), (reason): Applied => {
          return { kind: 'refused', image: undefined, reason };
        });
        return { kind: 'apply-answered', number, answer };
      }),
    watch: ({ number }, owed) =>
      rolling(owed, number, async (_target, rollout) => {
        const image = wantedBy(rollout)?.image ?? rollout.image;
        const watched = await unlessPermanent(cluster.watch(rollout.place, image), (reason): Watched => {
          return { image, status: 'progressing', blocked: 'not-seen', reason: `it cannot be seen: ${reason}` };
        });
        return { kind: 'watched', number, watched };
      }),
    stamp: ({ number }, owed) =>
      rolling(owed, number, async (_target, rollout) => {
        const stamped = await unlessPermanent(cluster.stamp(rollout.place, number), (refused): Stamped => {
          return { image: undefined, refused };
        });
        return { kind: 'stamped', number, stamped };
      }),
  } satisfies Carriers;
}

/** An outage is thrown on, and tried again; a refusal that no try mends is what the cluster, or the registry, said. */
async function unlessPermanent<T>(asked: Promise<T>, said: (reason: string) => T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return said(error.message);
    throw error;
  }
}

async function rolling(
  { record }: Owed,
  number: number,
  ask: (target: Target, rollout: Rollout) => Promise<TargetEvent>,
): Promise<Addressed | undefined> {
  if (record.kind !== 'target' || record.rollout?.number !== number) return undefined;
  const { codebase, environment, rollout } = record;
  return { of: 'target', codebase, environment, event: await ask(record, rollout) };
}

/** What a phase wants to run: the new image, or what was live before. */
const wantedBy = (rollout: Rollout) => (rollout.phase === 'rolling-back' ? (rollout.previous ?? undefined) : rollout);

/** What a phase may replace: only what was running when it was approved, or what drover itself put there since. */
function orderOf(
  rollout: Rollout,
  wanted: { image: string; release?: string | undefined },
): Omit<ApplyOrder, 'stillCurrent'> {
  const { number, running, image, kind, phase, previous } = rollout;
  const order = { image: wanted.image, number, release: wanted.release ?? 'baseline', approval: approvalText(rollout) };
  if (kind === 'heal') return { ...order, expected: 'any' };
  return { ...order, expected: phase === 'rolling-back' ? [image, previous?.image ?? null, running] : [running] };
}

/** By whose yes it is applied, for who looks at the workload. */
function approvalText({ kind, phase, number, approval, reason }: Rollout): string {
  if (phase === 'rolling-back') return `not asked: what was live before rollout ${number - 1}`;
  if (kind === 'heal') return 'not asked: what was approved, put back';
  if (kind === 'rollback') return `not asked: was live before; ${reason ?? 'rolled back'}`;
  if (approval === undefined) return 'not asked: none is needed here';
  const { ask, by, at } = approval;
  return `${by.name} (${by.how}), question ${ask}, ${new Date(at).toISOString()}`;
}
