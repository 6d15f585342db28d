import type { z } from 'zod';
import type { ReleaseState, StandingState } from '../release/record.ts';
import { type Html, html } from './html.ts';

type State = ReleaseState | z.infer<typeof StandingState> | 'stopping';

export type Tone = 'info' | 'good' | 'warn' | 'bad';

/** How a state reads: in words, and in a colour that never says more than the words do (WCAG 2.2, 1.4.1). */
export const stateWords: Record<State, { words: string; tone: Tone }> = {
  queued: { words: 'queued', tone: 'info' },
  building: { words: 'building', tone: 'info' },
  confirming: { words: 'confirming', tone: 'info' },
  built: { words: 'built', tone: 'good' },
  failed: { words: 'failed', tone: 'bad' },
  superseded: { words: 'superseded', tone: 'warn' },
  candidate: { words: 'waits', tone: 'info' },
  asked: { words: 'asked', tone: 'info' },
  'rolling-out': { words: 'rolling out', tone: 'info' },
  'rolling-back': { words: 'rolling back', tone: 'warn' },
  stopping: { words: 'stopping', tone: 'warn' },
  live: { words: 'live', tone: 'good' },
  replaced: { words: 'replaced', tone: 'info' },
  'rolled-back': { words: 'rolled back', tone: 'bad' },
  rejected: { words: 'rejected', tone: 'warn' },
  expired: { words: 'expired', tone: 'warn' },
  held: { words: 'held', tone: 'bad' },
};

/** A state as a small coloured word. */
export function stateBadge(state: State): Html {
  const { words, tone } = stateWords[state];
  return html`<span class="state ${tone}">${words}</span>`;
}
