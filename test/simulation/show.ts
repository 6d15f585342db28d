import type { AnyRecord } from '../../lib/engine/stored.ts';

/** A record in a few words, for the story of a history. */
export function show(record: AnyRecord | undefined): string {
  switch (record?.kind) {
    case undefined:
      return '–';
    case 'branch':
      return `${short(record.commit)} order ${record.order % 1e7}`;
    case 'release':
      return `${record.state} order ${record.order % 1e7} attempt ${record.attempt}`;
    case 'target': {
      const { live, candidate, rollout, held } = record;
      const parts = [
        `live ${live === null ? 'none' : short(live.image)}${live?.approved === false ? ' (unapproved)' : ''}`,
      ];
      if (record.baseline === undefined) parts.push('baseline unknown');
      if (candidate)
        parts.push(
          `candidate ${short(candidate.release)} ${candidate.ask ? `ask ${candidate.ask.number} while ${short(candidate.ask.running)} runs` : 'waits'}`,
        );
      if (rollout) parts.push(`${rollout.kind} ${rollout.phase} #${rollout.number} ${short(rollout.image)}`);
      if (held) parts.push(`held (${held.reason})`);
      return `[${parts.join(', ')}]`;
    }
  }
}

/** The letter that stands for a commit, a digest or an image. */
function short(text: string | null | undefined): string {
  if (text === null || text === undefined) return 'none';
  const digest = text.split('sha256:')[1];
  return digest === undefined ? (/^[0-9a-f]{40}$/.test(text) ? text.slice(0, 1) : text) : `D${digest.slice(0, 1)}`;
}
