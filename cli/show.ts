import type { EntryView, ReleaseView, TargetView } from '../lib/history/views.ts';
import { columns } from './columns.ts';

const short = (commit: string): string => commit.slice(0, 10);

/** Releases, one on a line. */
export function releasesText(releases: ReleaseView[]): string {
  if (releases.length === 0) return 'No releases.';
  return columns([
    ['PUSHED', 'CODEBASE', 'COMMIT', 'BUILD', 'ENVIRONMENTS', 'MESSAGE'],
    ...releases.map(({ pushedAt, codebase, commit, state, environments, message }) => [
      pushedAt.slice(0, 16),
      codebase,
      short(commit),
      state,
      Object.entries(environments)
        .map(([name, standing]) => `${name}:${standing.state}`)
        .join(' ') || '-',
      message,
    ]),
  ]);
}

/** Targets, one on a line. */
export function targetsText(targets: TargetView[]): string {
  if (targets.length === 0) return 'No targets.';
  return columns([
    ['TARGET', 'LIVE', 'NOW'],
    ...targets.map((target) => [
      `${target.codebase}/${target.environment}`,
      target.live ? short(target.live.release ?? target.live.image) : 'nothing',
      nowText(target),
    ]),
  ]);
}

/** What goes on in a target, the most pressing first. */
export function nowText({ rollout, held, candidate, drift }: TargetView): string {
  if (rollout)
    return `${rollout.phase} ${rollout.release ? short(rollout.release) : rollout.image} (number ${rollout.number})`;
  const waits = candidate ? `${short(candidate.release)} ${candidate.ask ? 'waits for approval' : 'waits'}` : undefined;
  if (held) return [`held by ${held.by.name}: ${held.reason}`, waits].filter(Boolean).join('; ');
  if (drift) return [`drifted: ${drift.text}`, waits].filter(Boolean).join('; ');
  return waits ?? 'at rest';
}

/** Entries, one on a line. */
export function entriesText(entries: EntryView[]): string {
  return columns(
    entries.map(({ at, environment, what, text, by }) => [
      at.slice(0, 19),
      environment ?? '-',
      what,
      text,
      by ? `(${by.name}, ${by.how})` : '',
    ]),
  );
}
