import type { Addressed } from './decide-any.ts';
import type { Instant } from './instant.ts';
import type { Key } from './key.ts';
import type { AnyRecord, Effect } from './stored.ts';

type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

/** The effects that need more than the table; a function holds those that it has the rights for. */
export type Carried = Exclude<Effect['kind'], 'write-entry' | 'send-branch' | 'send-release' | 'send-target'>;

/** What an executor is told: whose effect, the record that owed it, and whether it is owed still. */
export type Owed = {
  key: Key;
  record: AnyRecord;
  now: Instant;
  /** Reads the record once more: as it is now, or undefined where it no longer owes this effect. */
  stillOwed: () => Promise<AnyRecord | undefined>;
};

/**
 * Carries out one kind of effect. It gives back the event to be decided, or nothing. It can be called again for the same effect,
 * and by two at once. It throws on an outage; a permanent refusal is an event.
 */
export type Carriers = {
  [K in Carried]?: (effect: EffectOf<K>, owed: Owed) => Promise<Addressed | undefined>;
};
