import type { Codebase } from '../codebase/codebase.ts';
import type { Instant } from '../engine/instant.ts';
import { changeWords, shortFacts, sizeWords } from '../page/build-words.ts';
import { commitUrl, compareUrl } from '../page/github-links.ts';
import { type Html, html } from '../page/html.ts';
import { stateBadge } from '../page/state-badge.ts';
import { moment } from '../page/times.ts';
import type { Release } from '../release/record.ts';
import type { Target } from '../target/record.ts';
import type { Question } from './token.ts';

/** Everything that is known of a question. A record that is gone leaves its lines out. */
export type Subject = {
  question: Question;
  codebase: Codebase | undefined;
  target: Target | undefined;
  release: Release | undefined;
  /** The release that is live there now, where drover released it. */
  running?: Release | undefined;
};

/** What a person wants to know before they decide. */
export function factsList(subject: Subject, isOpen: boolean, now: Instant): Html {
  const { question, codebase, release } = subject;
  return html`<dl>
<dt>Codebase</dt><dd>${codebase?.name ?? question.codebase}</dd>
<dt>Environment</dt><dd>${question.environment}${placeText(subject)}</dd>
<dt>Commit</dt><dd>${commitText(question.shown.release, codebase)}</dd>
${
  release &&
  html`<dt>Message</dt><dd class="message">${release.message}</dd>
<dt>Author</dt><dd>${release.author}</dd>
<dt>Pushed by</dt><dd>${release.pusher}, ${moment(release.pushedAt, now)}</dd>`
}
<dt>Runs now</dt><dd>${runningText(subject)}</dd>
${buildText(subject)}
${earlierText(subject)}
<dt>Question</dt><dd>number ${question.shown.ask}${expiryText(question.shown.expiresAt, isOpen, now)}</dd>
</dl>`;
}

/** Where it would go: two environments of like names are told apart by their cluster. */
function placeText({ question, codebase }: Subject): Html | undefined {
  const place = codebase?.environments.find(({ name }) => name === question.environment);
  return place && html` <span class="soft">(cluster ${place.cluster}, namespace ${place.namespace})</span>`;
}

/** A commit's first characters, linked to its page where the codebase is known. */
export function commitText(commit: string, codebase: Codebase | undefined): Html {
  const short = html`<code>${commit.slice(0, 10)}</code>`;
  return codebase ? html`<a href="${commitUrl(codebase, commit)}" rel="noreferrer">${short}</a>` : short;
}

function runningText({ question, codebase, target, release }: Subject): Html {
  const live = target?.live;
  if (!live) return html`nothing`;
  if (!live.release)
    return html`<code>${live.image}</code> ${live.approved === 'baseline' && '(ran before drover came)'}`;
  const commit = commitText(live.release, codebase);
  if (live.release === question.shown.release) return html`${commit}, this very commit`;
  if (!codebase) return commit;
  const backwards = release && live.order > release.order && ' (what runs is newer)';
  const url = compareUrl(codebase, live.release, question.shown.release);
  return html`${commit}${backwards}<br><a href="${url}" rel="noreferrer">Show the commits between</a>`;
}

/** How it was built, and how large the image is beside the one that runs. */
function buildText({ release, running }: Subject): Html | undefined {
  const build = release?.build;
  if (build?.finishedAt === undefined) return undefined;
  const log = build.logUrl?.startsWith('http') && html` <a href="${build.logUrl}" rel="noreferrer">log</a>`;
  const [bytes, before] = [build.image?.bytes, running?.build?.image?.bytes];
  const change = bytes !== undefined && before !== undefined && `, ${changeWords(bytes, before)} the one that runs`;
  return html`<dt>Build</dt><dd>${shortFacts(build).join(', ')}${log}</dd>${
    bytes !== undefined &&
    html`
<dt>Image</dt><dd>${sizeWords(bytes)}${change}</dd>`
  }`;
}

function earlierText({ question, codebase, release }: Subject): Html | undefined {
  const names = (codebase?.environments ?? []).map((environment) => environment.name);
  const earlier = names.slice(0, Math.max(0, names.indexOf(question.environment)));
  if (earlier.length === 0) return undefined;
  return html`<dt>Before this</dt><dd><ul>${earlier.map((name) => {
    const standing = release?.environments[name];
    return html`<li>${name}: ${standing ? stateBadge(standing.state) : 'nothing known'} ${standing?.reason}</li>`;
  })}</ul></dd>`;
}

function expiryText(at: Instant, isOpen: boolean, now: Instant): Html | undefined {
  if (isOpen) return html`, open until ${moment(at, now)}`;
  return now > at ? html`, expired ${moment(at, now)}` : undefined;
}
