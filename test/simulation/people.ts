import type { Addressed } from '../../lib/engine/decide-any.ts';
import type { By } from '../../lib/history/entry.ts';
import type { Release } from '../../lib/release/record.ts';
import type { Shown } from '../../lib/target/event.ts';
import type { Target } from '../../lib/target/record.ts';
import { spawn } from './invocation.ts';
import { pick } from './random.ts';
import { CODEBASE, say, target, type World } from './world.ts';

const ann: By = { name: 'ann', how: 'claimed-on-link' };

/** What a person sees on an approval page now, if it asks. */
export function shownNow(world: World, environment: string): Shown | undefined {
  const candidate = target(world, environment)?.candidate;
  if (!candidate?.ask) return undefined;
  const { release, digest, ask } = candidate;
  return { release, digest, running: ask.running, ask: ask.number, expiresAt: ask.expiresAt };
}

/** A person's wish arrives at a function that may only write and wake. */
export async function wish(world: World, addressed: Addressed): Promise<void> {
  say(world, `PERSON ${addressed.event.kind} ${'environment' in addressed ? addressed.environment : ''}`);
  await spawn(world, 'front', addressed.event.kind, ({ advance }) => {
    switch (addressed.of) {
      case 'branch':
        return advance.branch(addressed.codebase, addressed.event);
      case 'release':
        return advance.release(addressed.codebase, addressed.commit, addressed.event);
      case 'target':
        return advance.target(addressed.codebase, addressed.environment, addressed.event);
    }
  });
}

/** An answer by a page that is, or was, open. */
export function answer(world: World, pages: Shown[]): Addressed | undefined {
  const now = shownNow(world, 'production');
  if (now !== undefined && !pages.some(({ ask }) => ask === now.ask)) pages.push(now);
  const shown = world.random() < 0.7 && now !== undefined ? now : pick(world.random, pages);
  if (shown === undefined) return undefined;
  const kind = world.random() < 0.85 ? 'approved' : 'rejected';
  return { of: 'target', codebase: CODEBASE, environment: 'production', event: { kind, shown, by: ann } };
}

/** Something else that a person may wish, by what their page shows now. */
export function otherWish(world: World): Addressed | undefined {
  const { random } = world;
  const environment = pick(random, world.environments)?.name ?? '';
  const record = target(world, environment);
  const draw = random();
  if (draw < 0.18) {
    const failed = pick(random, releasesThatAre(world, ['failed', 'superseded']));
    if (failed === undefined) return undefined;
    return {
      of: 'release',
      codebase: CODEBASE,
      commit: failed.commit,
      event: { kind: 'rebuild', attempt: failed.attempt, by: ann },
    };
  }
  const event = record && targetWish(world, record, draw);
  return event && { of: 'target', codebase: CODEBASE, environment, event };
}

function targetWish(
  world: World,
  record: Target,
  draw: number,
): Extract<Addressed, { of: 'target' }>['event'] | undefined {
  const { random, ledger } = world;
  if (draw < 0.36) return { kind: 'abort', number: record.number, by: ann };
  if (draw < 0.58) {
    if (record.held !== null) return { kind: 'unhold', hold: record.held.number, by: ann };
    return { kind: 'hold', holds: record.holds, reason: 'a feast', by: ann };
  }
  if (draw < 0.77) {
    const before = pick(random, [...(ledger.wasLive.get(record.environment)?.values() ?? [])]);
    if (before === undefined || before.image === record.live?.image) return undefined;
    const { image, release, digest, order } = before;
    const to = release === undefined || digest === undefined ? 'baseline' : { image, release, digest, order };
    return { kind: 'roll-back', number: record.number, to, by: ann };
  }
  const built = pick(random, releasesThatAre(world, ['built']));
  if (built?.digest === undefined || built.image === undefined) return undefined;
  const offer = { release: built.commit, digest: built.digest, image: built.image, order: built.order };
  return { kind: 'offered-by-hand', offer, offers: record.offers, by: ann };
}

function releasesThatAre(world: World, states: Release['state'][]): Release[] {
  return [...world.store.records.values()].flatMap(({ stored: { record } }) =>
    record.kind === 'release' && states.includes(record.state) ? [record] : [],
  );
}
