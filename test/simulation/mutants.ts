import type { Addressed, decideAny } from '../../lib/engine/decide-any.ts';
import type { Decision } from '../../lib/engine/decision.ts';
import type { AnyRecord, Effect } from '../../lib/engine/stored.ts';
import type { Target } from '../../lib/target/record.ts';
import { CODEBASE, LEASE, type Mutant, type World } from './world.ts';

// Over 150 lines, since it is a list: one rule of the drawing left out at a time, by undoing it around the real decisions, carriers or services. Each must be caught.

type Decide = typeof decideAny;
type Changed = Extract<Decision<AnyRecord, Effect>, { kind: 'changed' }>;
type Parameters = {
  record: AnyRecord | undefined;
  addressed: Addressed;
  again: (record: AnyRecord | undefined, addressed: Addressed) => Decision<AnyRecord, Effect>;
  world: World;
};

/** A decision that is made otherwise where `instead` gives one. */
const decides = (instead: (parameters: Parameters) => Decision<AnyRecord, Effect> | undefined): Mutant => ({
  decide:
    (real: Decide, world: World): Decide =>
    (record, addressed, policy, at) => {
      const again: Parameters['again'] = (one, other) => real(one, other, policy, at);
      return instead({ record, addressed, again, world }) ?? real(record, addressed, policy, at);
    },
});

/** A target's decision, changed after it was made. */
const afterwards = (
  change: (
    target: Target,
    decision: Changed,
    before: Target | undefined,
    addressed: Addressed,
  ) => Partial<Changed> | undefined,
): Mutant =>
  decides(({ record, addressed, again }) => {
    const decision = again(record, addressed);
    if (decision.kind !== 'changed' || decision.record.kind !== 'target') return undefined;
    const changed = change(decision.record, decision, record?.kind === 'target' ? record : undefined, addressed);
    return changed && { ...decision, ...changed };
  });

const branchOrder = (world: World): number => {
  const branch = world.store.records.get(`${CODEBASE}/branch`)?.stored.record;
  return branch?.kind === 'branch' ? branch.order : 0;
};

export const mutants: Record<string, Mutant> = {
  /** A push of a second that has another already is taken for the newest as it arrives. */
  second: decides(({ record, addressed, again }) => {
    if (addressed.of !== 'branch' || addressed.event.kind !== 'pushed') return undefined;
    const decision = again(record, addressed);
    if (decision.kind !== 'changed' || decision.record.kind !== 'branch' || !decision.record.waiting) return decision;
    const { order, waited = 0 } = decision.record;
    const { commit } = addressed.event.push;
    return again(decision.record, { ...addressed, event: { kind: 'head-seen', commit, order, waited } });
  }),
  /** A late push of a release that failed or was superseded queues it again. */
  late: decides(({ record, addressed, again }) => {
    if (addressed.of !== 'release' || record?.kind !== 'release' || addressed.event.kind !== 'pushed') return undefined;
    const { event } = addressed;
    if (event.newest || (record.state !== 'failed' && record.state !== 'superseded')) return undefined;
    return again({ ...record, order: event.order - 1 }, { ...addressed, event: { ...event, newest: true } });
  }),
  /** A person's rebuild takes a new order, and a newer push supersedes it. */
  rebuild: decides(({ record, addressed, again, world }) => {
    if (addressed.of !== 'release' || record?.kind !== 'release') return undefined;
    if (addressed.event.kind === 'newer-push') return again({ ...record, byHand: false }, addressed);
    if (addressed.event.kind !== 'rebuild') return undefined;
    return again({ ...record, order: branchOrder(world) + 1 }, addressed);
  }),
  /** A release that is pushed again while it waits or is built keeps its old order. */
  reorder: decides(({ record, addressed }) => {
    if (addressed.of !== 'release' || record?.kind !== 'release' || addressed.event.kind !== 'pushed') return undefined;
    return ['queued', 'building', 'confirming'].includes(record.state)
      ? { kind: 'ignored', reason: 'left out' }
      : undefined;
  }),
  /** A build that runs when a newer push comes is not offered. */
  offerAll: (() => {
    const overtaken = new Set<string>();
    return decides(({ record, addressed, again }) => {
      if (addressed.of !== 'release' || record?.kind !== 'release') return undefined;
      const { commit } = record;
      const { event } = addressed;
      const isBuilding = record.state === 'building' || record.state === 'confirming';
      if (event.kind === 'newer-push' && event.order > record.order && isBuilding) overtaken.add(commit);
      if (event.kind === 'pushed') overtaken.delete(commit);
      const decision = again(record, addressed);
      if (event.kind !== 'registry-answered' || decision.kind !== 'changed' || !overtaken.has(commit)) return decision;
      return { ...decision, effects: decision.effects.filter(({ kind }) => kind !== 'send-target') };
    });
  })(),
  /** A running build of the same commit is not adopted. */
  adopt: { world: ({ workshop }) => void Object.assign(workshop, { adopts: false }) },
  /** A start that is refused makes another choice of the machine. */
  machine: decides(({ record, addressed, again }) => {
    if (addressed.of !== 'release' || addressed.event.kind !== 'start-answered') return undefined;
    const decision = again(record, addressed);
    if (decision.kind !== 'changed' || decision.record.kind !== 'release' || decision.record.state !== 'queued')
      return decision;
    const machine = { size: 'medium', why: 'a whim' };
    return {
      ...decision,
      record: { ...decision.record, machine },
      remark: { what: 'machine-changed', text: 'a whim' },
    };
  }),
  /** An approval is good for any ask about the same release and running image. */
  ask: decides(({ record, addressed, again }) => {
    if (addressed.of !== 'target' || record?.kind !== 'target' || !record.candidate?.ask) return undefined;
    const { event } = addressed;
    if (event.kind !== 'approved' && event.kind !== 'rejected') return undefined;
    return again(record, {
      ...addressed,
      event: { ...event, shown: { ...event.shown, ask: record.candidate.ask.number } },
    });
  }),
  /** What a person decides names no number. */
  names: decides(({ record, addressed, again }) => {
    if (addressed.of === 'release' && record?.kind === 'release' && addressed.event.kind === 'rebuild')
      return again(record, { ...addressed, event: { ...addressed.event, attempt: record.attempt } });
    if (addressed.of !== 'target' || record?.kind !== 'target') return undefined;
    const { event } = addressed;
    const { number, holds, offers, held } = record;
    if (event.kind === 'abort' || event.kind === 'roll-back')
      return again(record, { ...addressed, event: { ...event, number } });
    if (event.kind === 'hold') return again(record, { ...addressed, event: { ...event, holds } });
    if (event.kind === 'unhold') return again(record, { ...addressed, event: { ...event, hold: held?.number ?? 0 } });
    if (event.kind === 'offered-by-hand') return again(record, { ...addressed, event: { ...event, offers } });
    return undefined;
  }),
  /** Rolling back keeps the number of the rollout. */
  rbNumber: afterwards((target, { effects }, before) => {
    if (target.rollout?.phase !== 'rolling-back' || before?.rollout?.phase !== 'rolling-out') return undefined;
    const { number } = before.rollout;
    return {
      record: { ...target, number, rollout: { ...target.rollout, number } },
      effects: effects.map((effect) => (effect.kind === 'apply' ? { ...effect, number } : effect)),
    };
  }),
  /** An open ask stays open when a hold or a rollout begins. */
  close: afterwards((target, _decision, before) => {
    const { candidate } = target;
    const ask = before?.candidate?.ask;
    if (!ask || !candidate || candidate.ask || before?.candidate?.release !== candidate.release) return undefined;
    return { record: { ...target, candidate: { ...candidate, ask } } };
  }),
  /** The candidate that waits is not asked for after a rollout. */
  afterwards: decides(({ record, addressed, again }) => {
    if (
      addressed.of !== 'target' ||
      record?.kind !== 'target' ||
      addressed.event.kind !== 'watched' ||
      !record.candidate
    )
      return undefined;
    const decision = again({ ...record, candidate: null }, addressed);
    if (decision.kind !== 'changed' || decision.record.kind !== 'target') return decision;
    return { ...decision, record: { ...decision.record, candidate: record.candidate } };
  }),
  /** An apply that is refused for good changes nothing. */
  applyRefused: decides(({ addressed }) =>
    addressed.event.kind === 'apply-answered' && addressed.event.answer.kind === 'refused'
      ? { kind: 'ignored', reason: 'left out' }
      : undefined,
  ),
  /** A rollout that fails where nothing was live ends without stamping its number. */
  noLive: decides(({ record, addressed, again }) => {
    const decision = again(record, addressed);
    if (decision.kind !== 'changed' || decision.record.kind !== 'target' || addressed.of !== 'target') return decision;
    const { rollout } = decision.record;
    if (rollout?.phase !== 'stopping' || rollout.previous !== null || rollout.afterStop !== 'held') return decision;
    return unstamped(decision, again, addressed, rollout.number, null);
  }),
  /** A rollout that found another image is asked for again without stamping its number. */
  stop: decides(({ record, addressed, again }) => {
    const decision = again(record, addressed);
    if (decision.kind !== 'changed' || decision.record.kind !== 'target' || addressed.of !== 'target') return decision;
    const { event } = addressed;
    const { rollout } = decision.record;
    if (rollout?.phase !== 'stopping' || event.kind !== 'apply-answered' || event.answer.kind !== 'found-other')
      return decision;
    return unstamped(decision, again, addressed, rollout.number, event.answer.image);
  }),
  /** The record is not read again between looking at the cluster and patching it. */
  drop: {
    carriers: (real) => {
      const { apply } = real;
      return apply === undefined
        ? real
        : { ...real, apply: (effect, owed) => apply(effect, { ...owed, stillOwed: async () => owed.record }) };
    },
  },
  /** What its writer may not carry out is its writer's until the lease has passed. */
  due: {
    store: (real, world) => ({
      ...real,
      write: (key, stored, expected) =>
        real.write(
          key,
          {
            ...stored,
            pending: stored.pending.map((item) =>
              item.notBefore === undefined && item.tries === 0 && item.leaseUntil <= world.now + 1_000
                ? { ...item, leaseUntil: world.now + LEASE }
                : item,
            ),
          },
          expected,
        ),
    }),
  },
  /** A write is made whatever the version is by now. */
  condition: {
    store: (real) => ({
      ...real,
      write: async (key, stored) => real.write(key, stored, (await real.read(key))?.version ?? 0),
    }),
  },
};

function unstamped(
  decision: Changed,
  again: Parameters['again'],
  addressed: Extract<Addressed, { of: 'target' }>,
  number: number,
  image: string | null,
): Decision<AnyRecord, Effect> {
  const { of, codebase, environment } = addressed;
  const after = again(decision.record, {
    of,
    codebase,
    environment,
    event: { kind: 'stamped', number, stamped: { image } },
  });
  if (after.kind !== 'changed') return after;
  return { ...after, effects: [...decision.effects.filter(({ kind }) => kind !== 'stamp'), ...after.effects] };
}
