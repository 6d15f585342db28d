import type { Entry } from '../history/entry.ts';
import { Failure } from '../lambda/failure.ts';
import type { Store } from '../store/store.ts';
import type { Advance, Outcome } from './advance.ts';
import type { Carriers } from './carry.ts';
import { carryOther } from './carry-other.ts';
import { type Addressed, decideAny, keyOf, type Policy } from './decide-any.ts';
import { type Instant, minutes, seconds } from './instant.ts';
import { type Key, keyText } from './key.ts';
import { backOff, isGivenUp, TELL_FAILING_AFTER } from './retry.ts';
import { type AnyRecord, dueAt, dueOf, type Effect, type Pending, type Stored, timerOf } from './stored.ts';
import type { SendWake, Wake } from './wake.ts';

// The one loop: read, decide, write with what is owed, carry out, write what came back. It is one idea and there is no second
// place where state changes, so it stays in one file.

export type EngineOptions = {
  store: Store;
  carriers: Carriers;
  sendWake: SendWake;
  policy: Omit<Policy, 'lease'>;
  /** What decides; the tables unless another is given, as the simulation does. */
  decide?: typeof decideAny;
  /** How long an effect is its writer's alone; longer than any function may run. Milliseconds. */
  lease: number;
  now: () => Instant;
  report: Report;
};

/** What happened besides what was decided, for the log and the alarms. */
export type Report = {
  /** `record`: as it is after the decision. */
  decided: (
    key: Key,
    event: string,
    outcome: 'written' | 'ignored',
    reason: string | undefined,
    record: AnyRecord | undefined,
  ) => void;
  /** `since`: for how long it has failed; milliseconds. */
  failed: (key: Key, effect: Effect['kind'], tries: number, since: number, error: unknown) => void;
  notTold: (key: Key) => void;
  notWoken: (key: Key, error: unknown) => void;
  unreadable: (key: Key, error: unknown) => void;
};

export type Engine = { advance: Advance; woken: (wake: Wake) => Promise<void> };

/** What a write is for: an event, the effect whose result that event is, effects that are done, and those its executor goes on with. */
type Change = { event?: Addressed; resultOf?: string; done?: string[]; holding?: string[] };
type Written = { kind: 'written' | 'ignored'; reason?: string; stored: Stored | undefined; added: Pending[] };

/** Messages are delivered in whole seconds and clocks differ a little: what is due within this is due. */
const CLOCK_SKEW = seconds(1);
/** SQS delays a message by 15 minutes at most; the sweep finds what is later. */
const LONGEST_DELAY = minutes(15);
const RACES_AT_MOST = 50;

/** The engine of one function: `advance` is the only way in, `woken` the way back to what was left. */
export function engine({
  store,
  carriers,
  sendWake,
  policy,
  decide = decideAny,
  lease,
  now,
  report,
}: EngineOptions): Engine {
  const may = (effect: Effect): boolean =>
    effect.kind === 'write-entry' ||
    effect.kind === 'send-branch' ||
    effect.kind === 'send-release' ||
    effect.kind === 'send-target' ||
    effect.kind in carriers;

  /** Decides what another record sent. What was left of the record stays left: two records that owe each other would never end. */
  async function receive(addressed: Addressed): Promise<Written> {
    const key = keyOf(addressed);
    const written = await write(key, { event: addressed }, await store.read(key));
    report.decided(key, addressed.event.kind, written.kind, written.reason, written.stored?.record);
    if (written.kind === 'written' && written.stored !== undefined) await carryAll(key, written.added, written.stored);
    return written;
  }

  /** Decides what comes from outside. Where it comes again it goes on with what was left: a delivery sent twice, a second click. */
  async function enter(addressed: Addressed): Promise<Written> {
    const written = await receive(addressed);
    if (written.kind === 'ignored' && written.stored !== undefined)
      await carryAll(keyOf(addressed), dueItems(written.stored, 0), written.stored);
    return written;
  }

  /** Steps 1, 2 and 4: decides, and writes on the condition that nobody wrote in between. */
  async function write(
    key: Key,
    { event, resultOf, done = [], holding = [] }: Change,
    known: Stored | undefined,
  ): Promise<Written> {
    let stored = known;
    for (let race = 0; race < RACES_AT_MOST; race++) {
      const isOwed = (id: string) => stored?.pending.some((item) => item.id === id) ?? false;
      const isDropped = resultOf !== undefined && !isOwed(resultOf);
      const off = [...done, ...(resultOf === undefined ? [] : [resultOf])].filter(isOwed);
      const version = (stored?.version ?? 0) + 1;
      const at = now();
      const decision =
        event === undefined || isDropped
          ? { kind: 'ignored' as const, reason: 'result-of-an-ended-effect' }
          : decide(stored?.record, event, { ...policy, lease }, { now: at, version });
      const record = decision.kind === 'changed' ? decision.record : stored?.record;
      if (record === undefined || (decision.kind === 'ignored' && off.length === 0))
        return {
          kind: 'ignored',
          stored,
          added: [],
          ...(decision.kind === 'ignored' ? { reason: decision.reason } : {}),
        };
      const effects: Effect[] =
        decision.kind === 'changed' ? [...entriesOf(decision, key, version, at), ...decision.effects] : [];
      const added = effects.map((effect, i) => pendingOf(`${version}.${i}`, effect, at));
      const isNumbered = added.some((item) => !isMine(item, at));
      const next: Stored = {
        version,
        wake: (stored?.wake ?? 0) + (isNumbered ? 1 : 0),
        record,
        pending: [...(stored?.pending ?? []).filter(({ id }) => !off.includes(id)), ...added],
      };
      if (await store.write(key, next, version - 1)) {
        const held = [...holding, ...added.filter((item) => isMine(item, at)).map(({ id }) => id)];
        if (isNumbered) await wakeFor(key, next, held, at);
        if (decision.kind === 'ignored') return { kind: 'ignored', reason: decision.reason, stored: next, added };
        return { kind: 'written', stored: next, added };
      }
      stored = await store.read(key);
    }
    throw new Failure('contended', `${keyText(key)} was written by others ${RACES_AT_MOST} times`, { retryable: true });
  }

  function pendingOf(id: string, effect: Effect, at: Instant): Pending {
    const notBefore = 'notBefore' in effect ? effect.notBefore : undefined;
    if (notBefore !== undefined && notBefore > at) return { id, effect, notBefore, leaseUntil: notBefore, tries: 0 };
    return { id, effect, leaseUntil: may(effect) ? at + lease : at, tries: 0 };
  }

  const isMine = (item: Pending, at: Instant): boolean => may(item.effect) && (item.notBefore ?? 0) <= at;

  /**
   * Wakes for everything owed but what this executor holds and what is under another's lease: the number has moved on, so wakes that
   * were sent before end without effect, and what they were for needs new ones. A wake that cannot be sent is not an error of the
   * decision, which is written: the sweep finds what is due.
   */
  async function wakeFor(key: Key, { wake: number, pending }: Stored, held: string[], at: Instant): Promise<void> {
    const isLeased = (item: Pending) => item.notBefore === undefined && item.tries === 0 && item.leaseUntil > at;
    const items = pending.filter((item) => !held.includes(item.id) && !isLeased(item));
    const delays = new Set(items.map((item) => Math.max(0, dueOf(item) - at)));
    for (const delay of delays) {
      if (delay > LONGEST_DELAY) continue;
      try {
        await sendWake({ key, number }, delay);
      } catch (error) {
        report.notWoken(key, error);
      }
    }
  }

  /** Step 3, for the effects given and for those that their results add. The table's own come first: they end with no event. */
  async function carryAll(key: Key, items: Pending[], known: Stored): Promise<void> {
    const at = now();
    let stored = known;
    let done: string[] = [];
    const queue = inOrder(items.filter((item) => isMine(item, at + CLOCK_SKEW)));
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      let event: Addressed | undefined;
      try {
        event = await carry(key, item, stored.record);
      } catch (error) {
        const holding = [...queue.map(({ id }) => id), ...done];
        stored = (await postpone(key, item, error, holding)) ?? stored;
        continue;
      }
      if (event === undefined) {
        done.push(item.id);
        continue;
      }
      const written = await write(key, { event, resultOf: item.id, done, holding: queue.map(({ id }) => id) }, stored);
      report.decided(key, event.event.kind, written.kind, written.reason, written.stored?.record);
      done = [];
      stored = written.stored ?? stored;
      queue.unshift(...inOrder(written.added.filter((added) => isMine(added, now()))));
    }
    if (done.length > 0) await write(key, { done }, stored);
  }

  async function carry(key: Key, { id, effect }: Pending, record: AnyRecord): Promise<Addressed | undefined> {
    switch (effect.kind) {
      case 'write-entry':
        await store.putEntry(effect.entry);
        return undefined;
      case 'send-branch':
        await receive({ of: 'branch', codebase: key.codebase, event: effect.event });
        return undefined;
      case 'send-release':
        await receive({ of: 'release', codebase: key.codebase, commit: effect.commit, event: effect.event });
        return undefined;
      case 'send-target':
        await receive({ of: 'target', codebase: key.codebase, environment: effect.environment, event: effect.event });
        return undefined;
      default: {
        const stillOwed = async () => {
          const again = await store.read(key);
          return again?.pending.some((item) => item.id === id) ? again.record : undefined;
        };
        return carryOther(carriers, effect, { key, record, now: now(), stillOwed });
      }
    }
  }

  /** After a failure: owed effects are tried again for ever, telling five times. One never blocks another. */
  async function postpone(
    key: Key,
    { id, effect }: Pending,
    error: unknown,
    holding: string[],
  ): Promise<Stored | undefined> {
    for (let race = 0; race < RACES_AT_MOST; race++) {
      const stored = await store.read(key);
      const item = stored?.pending.find((pending) => pending.id === id);
      if (stored === undefined || item === undefined) return stored;
      const tries = item.tries + 1;
      const at = now();
      const version = stored.version + 1;
      const failingSince = item.failingSince ?? at;
      const asked = error instanceof Failure ? (error.retryAfter ?? 0) : 0;
      const leaseUntil = at + Math.max(backOff(tries), asked);
      const isLong = at - failingSince >= TELL_FAILING_AFTER && effect.kind !== 'tell' && item.toldFailing !== true;
      const toldFailing = isLong || item.toldFailing === true;
      const retry: Pending = { ...item, tries, leaseUntil, failingSince, ...(toldFailing ? { toldFailing } : {}) };
      const told = isLong ? failing(key, stored.record, effect, error, version, at) : [];
      const entry = notTold(key, version, at);
      const lost: Pending = { id: `${version}.0`, effect: { kind: 'write-entry', entry }, leaseUntil: at, tries: 0 };
      const next: Stored = {
        ...stored,
        version,
        wake: stored.wake + 1,
        pending: [
          ...stored.pending.map((pending) => (pending.id !== id ? pending : isGivenUp(effect, tries) ? lost : retry)),
          ...told,
        ],
      };
      if (!(await store.write(key, next, stored.version))) continue;
      report.failed(key, effect.kind, tries, at - failingSince, error);
      if (isGivenUp(effect, tries)) report.notTold(key);
      await wakeFor(key, next, holding, at);
      return next;
    }
    return undefined;
  }

  /** A wake whose number is not the record's ends here, so that repeated messages never multiply; the sweep's acts on what is due. */
  async function woken({ key, number }: Wake): Promise<void> {
    let stored: Stored | undefined;
    try {
      stored = await store.read(key);
    } catch (error) {
      if (!(error instanceof Failure) || error.retryable) throw error;
      report.unreadable(key, error);
      return;
    }
    if (stored === undefined) return;
    if (number === undefined ? (dueAt(stored) ?? Number.POSITIVE_INFINITY) > now() : number !== stored.wake) return;
    await carryAll(key, dueItems(stored, number === undefined ? 0 : CLOCK_SKEW), stored);
    await expire(stored.record);
  }

  async function expire(record: AnyRecord): Promise<void> {
    const timer = timerOf(record);
    const ask = record.kind === 'target' ? record.candidate?.ask : undefined;
    if (timer === undefined || ask == null || timer > now() || record.kind !== 'target') return;
    const { codebase, environment } = record;
    await enter({ of: 'target', codebase, environment, event: { kind: 'ask-expired', ask: ask.number } });
  }

  const dueItems = (stored: Stored | undefined, skew: number): Pending[] =>
    (stored?.pending ?? []).filter((item) => dueOf(item) <= now() + skew);

  return { woken, advance: advanceBy(enter) };
}

/** `advance` by record: the record that comes back is of the kind that was asked for. */
function advanceBy(enter: (addressed: Addressed) => Promise<Written>): Advance {
  const outcome = <K extends AnyRecord['kind']>(
    kind: K,
    { stored, ...written }: Written,
  ): Outcome<Extract<AnyRecord, { kind: K }>> => {
    const isOfKind = (record: AnyRecord | undefined): record is Extract<AnyRecord, { kind: K }> =>
      record?.kind === kind;
    const record = stored?.record;
    if (written.kind === 'ignored' || stored === undefined || !isOfKind(record))
      return {
        kind: 'ignored',
        reason: written.reason ?? 'not-written',
        record: isOfKind(record) ? record : undefined,
      };
    return { kind: 'written', record, version: stored.version };
  };
  return {
    branch: async (codebase, event) => outcome('branch', await enter({ of: 'branch', codebase, event })),
    release: async (codebase, commit, event) =>
      outcome('release', await enter({ of: 'release', codebase, commit, event })),
    target: async (codebase, environment, event) =>
      outcome('target', await enter({ of: 'target', codebase, environment, event })),
  };
}

function entriesOf(
  { remark }: { remark?: Omit<Entry, 'codebase' | 'record' | 'version' | 'at'> },
  key: Key,
  version: number,
  at: Instant,
): Effect[] {
  if (remark === undefined) return [];
  return [{ kind: 'write-entry', entry: { ...remark, codebase: key.codebase, record: key.record, version, at } }];
}

/** What is owed and cannot be carried out is said in the history and to a person, and is tried on. */
function failing(key: Key, record: AnyRecord, effect: Effect, error: unknown, version: number, at: Instant): Pending[] {
  const why = error instanceof Failure ? error.message : error instanceof Error ? error.name : 'unknown';
  const text = `${effect.kind} has failed for half an hour and is tried on: ${why}`.slice(0, 500);
  const environment = record.kind === 'target' ? { environment: record.environment } : {};
  const release = record.kind === 'release' ? { release: record.commit } : {};
  const entry = {
    codebase: key.codebase,
    record: key.record,
    version,
    at,
    what: 'failing',
    text,
    ...environment,
    ...release,
  };
  const effects: Effect[] = [
    { kind: 'write-entry', entry },
    { kind: 'tell', message: { kind: 'failing', reason: text, ...environment } },
  ];
  return effects.map((owed, i) => ({ id: `${version}.${i + 1}`, effect: owed, leaseUntil: at, tries: 0 }));
}

function notTold(key: Key, version: number, at: Instant): Entry {
  const text = 'somebody could not be told, after five tries';
  return { codebase: key.codebase, record: key.record, version, at, what: 'not-told', text };
}

const FIRST_KINDS: readonly Effect['kind'][] = ['write-entry', 'send-branch', 'send-release', 'send-target'];

const inOrder = (items: Pending[]): Pending[] => [
  ...items.filter(({ effect }) => FIRST_KINDS.includes(effect.kind)),
  ...items.filter(({ effect }) => !FIRST_KINDS.includes(effect.kind)),
];
