import { isDeepStrictEqual } from 'node:util';
import type { Addressed } from '../../lib/engine/decide-any.ts';
import type { Decision } from '../../lib/engine/decision.ts';
import { type Key, keyText } from '../../lib/engine/key.ts';
import type { AnyRecord, Effect, Stored } from '../../lib/engine/stored.ts';
import type { Target } from '../../lib/target/record.ts';
import type { Build } from './builds.ts';
import { type Dispositions, dispositions } from './dispositions.ts';
import type { Process } from './scheduler.ts';
import { show } from './show.ts';
import { say, type World } from './world.ts';

// Over 150 lines: the six promises of the drawing, each checked at the moment when it could be broken: at a write, at a patch, at a build's start.

type Decided = {
  record: AnyRecord | undefined;
  addressed: Addressed;
  decision: Extract<Decision<AnyRecord, Effect>, { kind: 'changed' }>;
};

/** What a promise that does not hold is told as. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** What has happened, as far as the promises speak of it. */
export type Ledger = {
  fail: (promise: string, text: string) => never;
  read: (process: Process, key: Key, stored: Stored | undefined) => void;
  decided: (process: Process, decided: Decided) => void;
  written: (process: Process, key: Key, before: Stored | undefined, after: Stored) => void;
  looked: (process: Process, environment: string) => void;
  patched: (
    process: Process,
    environment: string,
    change: { workload: string; from: string | null; to: string; number: number },
  ) => void;
  started: (build: Build) => void;
  asked: (id: string, size: string | undefined) => void;
  /** The entries that decisions owe the history. */
  expectedEntries: Set<string>;
  /** Environments in which somebody else changed an image. */
  touched: Set<string>;
  /** Images that were live, by environment; a person may roll back to them. */
  wasLive: Map<
    string,
    Map<string, { image: string; release?: string | undefined; digest?: string | undefined; order: number }>
  >;
  disposed: Dispositions;
};

export function ledger(world: () => World): Ledger {
  const decisions = new Map<Process, Decided>();
  const lastRead = new Map<Process, { key: Key; stored: Stored | undefined; sinceLook: boolean }>();
  const accepted = new Set<unknown>();
  const answered = new Map<string, string>();
  const approved = new Set<string>();
  const sizes = new Map<string, string | undefined>();
  const expectedEntries: Ledger['expectedEntries'] = new Set();
  const wasLive: Ledger['wasLive'] = new Map();
  const touched = new Set<string>();
  const disposed = dispositions(world);

  function fail(promise: string, text: string): never {
    const violation = new Violation(`${promise}: ${text}`);
    world().violation ??= violation;
    say(world(), `VIOLATION ${violation.message}`);
    throw violation;
  }

  function written(process: Process, key: Key, before: Stored | undefined, after: Stored): void {
    const decided = decisions.get(process);
    if (decided?.decision.record !== after.record) return;
    decisions.delete(process);
    const { addressed, decision } = decided;
    const isChange = !isDeepStrictEqual(before?.record, after.record);
    const { event } = addressed;
    say(
      world(),
      `p${process.id} ${process.role} ${keyText(key)} ${event.kind}: ${show(before?.record)} -> ${show(after.record)}; owes ${decision.effects.map(({ kind }) => kind).join(', ') || 'nothing'}`,
    );
    if (!isChange) return;
    if (decision.remark !== undefined) expectedEntries.add(`${keyText(key)}@${after.version}`);
    else if (!UNSAID.includes(event.kind)) fail('P5', `${event.kind} changed ${keyText(key)} without an entry`);
    oncePerInput(key, addressed);
    if (after.record.kind === 'target')
      targetWritten(before?.record?.kind === 'target' ? before.record : undefined, after.record, addressed);
  }

  /** Promise 6: the same input twice changes nothing the second time. */
  function oncePerInput(key: Key, { event }: Addressed): void {
    const isFromOutside = 'by' in event || event.kind === 'pushed';
    const input =
      event.kind === 'offered'
        ? `${keyText(key)} offered ${event.offer.release} ${event.offer.order}`
        : isFromOutside
          ? event
          : undefined;
    const id = event.kind === 'pushed' && 'order' in event ? `${keyText(key)} pushed ${event.order}` : input;
    if (id === undefined) return;
    if (accepted.has(id)) fail('P6', `${event.kind} changed ${keyText(key)} twice`);
    accepted.add(id);
  }

  function targetWritten(before: Target | undefined, after: Target, { event }: Addressed): void {
    const { environment } = after;
    const seen = wasLive.get(environment) ?? new Map();
    wasLive.set(environment, seen);
    if (after.live !== null) seen.set(after.live.image, after.live);
    if (event.kind === 'approved' || event.kind === 'rejected') {
      const { release, digest, running, ask } = event.shown;
      const page = `${environment} ${release} ${digest} ${running} ${ask}`;
      if (answered.has(page))
        fail('P4', `a page that was answered (${answered.get(page)}) counts again: ${event.kind}`);
      answered.set(page, event.kind);
      if (event.kind === 'approved') approved.add(`${environment} ${after.rollout?.image}`);
    }
    if (event.kind === 'ask-expired' && (before?.held || before?.rollout))
      fail('LIVE', `an ask expired in ${environment} while nobody could answer it`);
    const rollout = after.rollout;
    const isNew = rollout !== null && rollout.number !== before?.rollout?.number && rollout.phase === 'rolling-out';
    if (isNew && rollout.kind === 'release' && !rollout.byHand && disposed.isLater(before?.live, rollout))
      fail('P3', `${show(after)} replaces a later push in ${environment}: ${show(before)}`);
    if (event.kind === 'offered' && disposed.isLater(before?.candidate, event.offer))
      fail('P3', `in ${environment} an older offer superseded the candidate: ${show(before)} -> ${show(after)}`);
    disposed.decided(before, after, event);
  }

  /** Promises 1, 3 and 4, where it counts: when the cluster is changed. */
  function patched(
    process: Process,
    environment: string,
    { from, to, number }: { from: string | null; to: string; number: number },
  ): void {
    say(world(), `p${process.id} PATCHES ${environment} ${from} -> ${to} #${number}`);
    const stored = world().store.records.get(`shop/target#${environment}`)?.stored;
    if (stored?.record.kind !== 'target') throw fail('P3', `${environment} has no record`);
    const { rollout } = stored.record;
    const again = lastRead.get(process);
    const known = again?.stored?.record.kind === 'target' ? again.stored.record.rollout?.number : undefined;
    if (!again?.sinceLook || known !== number)
      fail('P3', `#${number} was applied to ${environment} though it had ended when it was looked at`);
    if (from === to) return;
    const needsApproval = world().environments.some(
      ({ name, approval }) => name === environment && approval === 'required',
    );
    if (needsApproval && !approved.has(`${environment} ${to}`) && !wasLive.get(environment)?.has(to))
      fail('P1', `${to} was rolled out to ${environment}: nobody approved it there, and it was never live there`);
    const wanted =
      rollout === null || rollout.phase === 'stopping'
        ? undefined
        : rollout.phase === 'rolling-out'
          ? rollout.image
          : rollout.previous?.image;
    const isCurrent = rollout?.number === number && wanted === to;
    const isOvertaken = stored.pending.some(
      ({ effect }) =>
        (effect.kind === 'apply' || effect.kind === 'stamp') &&
        effect.number > number &&
        effect.number === rollout?.number,
    );
    // No number could be written that it would give way to: it is seen, and undone, before the rollout ends.
    const isWaitedFor = rollout?.othersUntil !== undefined && world().now < rollout.othersUntil;
    if (!isCurrent && !isOvertaken && !isWaitedFor)
      fail('P3', `a late apply #${number} of ${to} undoes a newer decision in ${environment}: ${show(stored.record)}`);
    if (isCurrent && rollout.approval !== undefined && rollout.phase === 'rolling-out' && rollout.running !== from)
      fail('P4', `the page showed that ${rollout.running} runs in ${environment}; ${from} was replaced`);
  }

  return {
    fail,
    written,
    patched,
    expectedEntries,
    wasLive,
    touched,
    disposed,
    decided: (process, decided) => void decisions.set(process, decided),
    read: (process, key, stored) => void lastRead.set(process, { key, stored, sinceLook: true }),
    looked: (process) => {
      const again = lastRead.get(process);
      if (again !== undefined) lastRead.set(process, { ...again, sinceLook: false });
    },
    started: ({ id, commit }) => {
      say(world(), `build ${id.slice(0, 1)}${id.slice(40)} starts`);
      if (world().workshop.builds.some((build) => build.commit === commit && build.status === 'running'))
        fail('P2', `two builds of ${commit} run at once`);
    },
    asked: (id, size) => {
      if (sizes.has(id) && sizes.get(id) !== size) fail('P6', `build ${id} asked for two machines`);
      sizes.set(id, size);
    },
  };
}

/** What changes a record without a line in the history: looks that wait, words passed on, and late pushes of a known second. */
const UNSAID = ['watched', 'standing', 'pushed', 'warmed'];
