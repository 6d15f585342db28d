import type { TargetEffect } from '../../lib/target/event.ts';
import type { Target } from '../../lib/target/record.ts';

/** An image or a commit by its letter; other images by name. */
function letter(text: string | null | undefined): string {
  if (text === null || text === undefined) return 'nothing';
  const found = /sha256:(.)|^([0-9a-f])\2{39}$/.exec(text);
  return found?.[1] ?? found?.[2] ?? text;
}

/** What a target is, in one line: what is live, the candidate, the rollout, the hold. */
export function inWords({ live, candidate, rollout, held, baseline }: Target): string {
  const approved = live?.approved === true ? '' : ` (${live?.approved === 'baseline' ? 'baseline' : 'not approved'})`;
  const parts = [live === null ? 'nothing' : `${letter(live.image)}${approved}`];
  if (baseline === undefined) parts.push('not yet looked at');
  if (candidate !== null)
    parts.push(
      `${letter(candidate.release)} ${candidate.ask === null ? 'waits' : `asked ${candidate.ask.number} on ${letter(candidate.ask.running)}`}`,
    );
  if (rollout !== null)
    parts.push(
      `${rollout.kind} ${rollout.phase} #${rollout.number} ${letter(rollout.image)}${rollout.afterStop ? ` then ${rollout.afterStop}` : ''}`,
    );
  if (held !== null) parts.push(`held ${held.number}`);
  return parts.join('; ');
}

/** An effect in a few words. */
export function effectInWords(effect: TargetEffect): string {
  switch (effect.kind) {
    case 'look-cluster':
    case 'check':
      return effect.kind;
    case 'apply':
    case 'watch':
    case 'stamp':
      return `${effect.kind} #${effect.number}`;
    case 'send-target':
      return `offer ${letter(effect.event.offer.release)} to ${effect.environment}`;
    case 'send-release':
      return `${letter(effect.commit)} is ${effect.event.kind === 'standing' ? effect.event.standing.state : effect.event.kind}`;
    case 'tell':
      return `tell ${effect.message.kind}`;
  }
}
