import type { Codebase } from '../codebase/codebase.ts';
import type { Instant } from '../engine/instant.ts';
import { type Html, html } from '../page/html.ts';
import { stateWords, type Tone } from '../page/state-badge.ts';
import { moment } from '../page/times.ts';
import type { Standing } from '../release/record.ts';
import type { Rollout } from '../target/record.ts';
import { commitText } from './facts-list.ts';
import type { Situation } from './situation.ts';

export type SituationText = { heading: string; tone: Tone; says: Html };

type Closed = Exclude<Situation, { kind: 'open' }>;

/** Which situation it is, what is so now, and where to go, for every link that cannot be decided by. */
export function situationText(situation: Closed, codebase: Codebase | undefined, now: Instant): SituationText {
  switch (situation.kind) {
    case 'decided':
      return decidedText(situation, now);
    case 'superseded':
      return {
        heading: 'A newer release has taken its place',
        tone: 'warn',
        says: html`<p>${situation.newer ? html`${commitText(situation.newer.release, codebase)} was offered ${moment(situation.newer.offeredAt, now)} and` : 'A release that was pushed later'} is what may be approved now. This one can no longer be.</p>${whereToGo}`,
      };
    case 'expired':
      return {
        heading: 'This question has expired',
        tone: 'warn',
        says: html`<p>Nobody answered in time, so nothing was changed. To have it asked again, offer the release by hand: <code>drover offer</code>.</p>`,
      };
    case 'held':
      return {
        heading: 'This environment is held',
        tone: 'bad',
        says: html`<p>${situation.held.by.name} holds it since ${moment(situation.held.at, now)}: ${situation.held.reason}</p><p>Nothing is rolled out until somebody lifts the hold (<code>drover unhold</code>). The question is then asked anew, with a new link.</p>`,
      };
    case 'busy':
      return {
        heading: 'Another rollout is under way',
        tone: 'info',
        says: html`<p>${rolloutText(situation.rollout, codebase)} began ${moment(situation.rollout.startedAt, now)}. When it has ended, the question is asked anew with a new link, for what runs by then.</p>`,
      };
    case 'moved':
      return {
        heading: 'What runs has changed since this was asked',
        tone: 'warn',
        says: html`<p>The question was about replacing another image than the one that runs now, so an answer to it would mean something else. Nothing was changed.</p>${whereToGo}`,
      };
    case 'asked-again':
      return {
        heading: 'This question was asked again',
        tone: 'warn',
        says: html`<p>Question number ${situation.ask.number}, asked ${moment(situation.ask.askedAt, now)}, has taken this one's place.</p>${whereToGo}`,
      };
    case 'withdrawn':
      return {
        heading: 'This question is no longer open',
        tone: 'warn',
        says: html`<p>The release is not waiting for an answer here now. Nothing was changed.</p>${whereToGo}`,
      };
  }
}

/** No page of an old link shows the link of a new question: whoever found an old one would hold a new one for ever. */
const whereToGo = html`<p>The open question, if there is one, was sent to where this link came from; <code>drover targets</code> shows what waits.</p>`;

function decidedText(decided: Extract<Situation, { kind: 'decided' }>, now: Instant): SituationText {
  const { decision, by, at, standing } = decided;
  const how = by.how === 'claimed-on-link' ? ' (the name is the one given on this page)' : '';
  const who = html`<p>${decision === 'approved' ? 'Approved' : 'Rejected'} by ${by.name}${how}, ${moment(at, now)}.</p>`;
  if (decision === 'rejected')
    return {
      heading: 'Rejected',
      tone: 'warn',
      says: html`${who}<p>Nothing was rolled out. What ran goes on running.</p>`,
    };
  return {
    heading: 'Approved',
    tone: standing ? stateWords[standing.state].tone : 'info',
    says: html`${who}${fateText(standing)}`,
  };
}

function fateText(standing: Standing | undefined): Html {
  const reason = standing?.reason && html` ${standing.reason}`;
  switch (standing?.state) {
    case 'live':
      return html`<p>It is live.</p>`;
    case 'replaced':
      return html`<p>It was live, and a later release has replaced it since.</p>`;
    case 'rolling-back':
      return html`<p>It failed and is being rolled back.${reason}</p>`;
    case 'rolled-back':
      return html`<p>It was rolled back; what ran before runs again.${reason}</p>`;
    case 'held':
      return html`<p>It did not become live, and the environment is held.${reason}</p>`;
    default:
      return html`<p>It is being rolled out. <a href="">Look again</a> to see how far it is.</p>`;
  }
}

function rolloutText(rollout: Rollout, codebase: Codebase | undefined): Html {
  const what = { release: 'The rollout', rollback: 'A rollback', heal: 'A repair' }[rollout.kind];
  return rollout.release ? html`${what} of ${commitText(rollout.release, codebase)}` : html`${what}`;
}
