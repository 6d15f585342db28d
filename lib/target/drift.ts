import type { Difference } from '../cluster/cluster.ts';
import { ignored } from '../engine/decision.ts';
import { hours, type Instant } from '../engine/instant.ts';
import type { By, Remark } from '../history/entry.ts';
import { type Draft, type Refusal, type Row, tell } from './draft.ts';
import type { TargetEvent } from './event.ts';
import { beHeld } from './hold.ts';
import { ofRelease } from './live.ts';
import type { Live, Target } from './record.ts';
import { start } from './start.ts';

type Seen = Extract<TargetEvent, { kind: 'drift-seen' }>;

/** After so many times put back within the window, another controller is held to be at work, and a person decides. */
const HEALS_AT_MOST = 3;
const HEAL_WINDOW = hours(1);

/** A person asks what runs. */
export function checkAsked(draft: Draft, by: By): Row {
  if (draft.target.rollout !== null) return ignored('rollout-in-progress');
  if (draft.target.live === null) return ignored('nothing-is-live');
  draft.effects.push({ kind: 'check' });
  return { what: 'check-asked', text: `${by.name} asks what runs`, by };
}

/**
 * Something else is so than was approved, though nothing was decided since it was looked at. It is put back where the environment
 * says so and drover can: an image changed by hand, or a workload gone where drover makes it. Else it is told, once.
 */
export function driftSeen(draft: Draft, seen: Seen): Row {
  const { target, context } = draft;
  const live = approvedNow(target, seen.number);
  if ('kind' in live) return live;
  const { environment } = context;
  const text = driftText(live.image, seen.differences);
  const remark: Remark = { what: 'drift', text, ...ofLive(live), detail: detailOf(live.image, seen.differences) };
  if (target.held !== null)
    return seen.asked ? { ...remark, text: `${text}: left as it is, since the target is held` } : ignored('held');
  const canHeal = seen.differences.every(
    ({ what }) => what === 'image' || what === 'manager' || (what === 'workload' && environment.create),
  );
  if (seen.image === live.image || environment.drift === 'report' || !canHeal) return report(draft, seen, remark);
  const heals = healsSince(target, context.now);
  if (heals.length >= HEALS_AT_MOST) {
    const reason = `${text}: put back ${heals.length} times within an hour, and changed again each time`;
    delete target.heals;
    target.drift = { text, since: context.now };
    beHeld(draft, reason);
    return { ...remark, what: 'held', text: reason };
  }
  start(draft, { kind: 'heal', image: live.image, order: live.order, ...ofRelease(live) });
  target.heals = [...heals, context.now];
  delete target.drift;
  return { ...remark, text: `${text}: put back` };
}

/** What runs is what was approved: what was told before is over. */
export function asApproved({ target }: Draft, { number, asked }: Extract<TargetEvent, { kind: 'as-approved' }>): Row {
  const live = approvedNow(target, number);
  if ('kind' in live) return live;
  const wasDrifting = target.drift !== undefined;
  delete target.drift;
  if (!wasDrifting && !asked) return ignored('no-drift');
  return { what: 'as-approved', text: `${live.image} runs, as approved`, ...ofLive(live) };
}

/** What runs may not be looked at: told once, since no further look will see it. */
export function checkRefused(draft: Draft, seen: Extract<TargetEvent, { kind: 'check-refused' }>): Row {
  const live = approvedNow(draft.target, seen.number);
  if ('kind' in live) return live;
  const text = `what runs cannot be looked at: ${seen.reason}`;
  return report(draft, seen, { what: 'check-refused', text, ...ofLive(live) });
}

/**
 * While what was approved was being put back, somebody changed it again. The rollout ends, what was approved stays so, and the next
 * look puts it back once more, or finds that it was put back often enough.
 */
export function healUndone(draft: Draft, reason: string): Row {
  const { target } = draft;
  const { previous } = target.rollout ?? {};
  target.rollout = null;
  target.live = previous ?? null;
  return { what: 'heal-undone', text: `${reason}, while ${previous?.image} was being put back` };
}

function report(draft: Draft, seen: { asked?: boolean }, remark: Remark): Row {
  const { target, context } = draft;
  const isNew = target.drift?.text !== remark.text;
  if (!isNew && !seen.asked) return ignored('told-already');
  if (isNew) {
    target.drift = { text: remark.text, since: context.now };
    tell(draft, { kind: 'alarm', environment: target.environment, reason: remark.text });
  }
  return remark;
}

/** What is live and was approved, where nothing was decided since the look. */
function approvedNow(target: Target, number: number): Live | Refusal {
  const { live, rollout } = target;
  if (number !== target.number || rollout !== null || live === null) return ignored('not-the-state-that-was-looked-at');
  return live.approved === false ? ignored('what-ran-was-not-approved') : live;
}

const healsSince = ({ heals = [] }: Target, now: Instant): number[] => heals.filter((at) => now - at < HEAL_WINDOW);

const ofLive = ({ release }: Live): Pick<Remark, 'release'> => (release === undefined ? {} : { release });

/** What differs, in one line of at most 500 characters. */
function driftText(approved: string, differences: Difference[]): string {
  const text = differences.map((one) => `${sentenceOf(approved, one)}${byWhom(one)}`).join('; ');
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}

function sentenceOf(approved: string, { workload, what, is }: Difference): string {
  if (what === 'image') return `${workload} runs ${is}, not ${approved}`;
  return what === 'manager' ? `${workload} runs ${approved}, but another manager owns its image` : is;
}

/** Without the time, which a controller that keeps writing changes each time: the same drift is told once. */
const byWhom = ({ by }: Difference): string => (by.length === 0 ? '' : ` (${by.slice(0, 5).join(', ')})`);

/** The fields that differ, who owns them and since when: of the first five workloads. */
function detailOf(approved: string, differences: Difference[]): NonNullable<Remark['detail']> {
  const lines = differences
    .slice(0, 5)
    .map(({ workload, what, is, by, at }, n) => [
      [`${n + 1}.workload`, workload],
      [`${n + 1}.field`, what === 'workload' ? 'metadata' : what === 'container' ? 'containers' : 'image'],
      [`${n + 1}.is`, is.slice(0, 300)],
      ...(by.length > 0 ? [[`${n + 1}.by`, by.slice(0, 5).join(', ')]] : []),
      ...(at === undefined ? [] : [[`${n + 1}.at`, new Date(at).toISOString()]]),
    ]);
  return { approved, ...Object.fromEntries(lines.flat()) };
}
