import type { Codebase } from '../../lib/codebase/codebase.ts';
import type { Instant } from '../../lib/engine/instant.ts';
import { shortFacts, sizeWords } from '../../lib/page/build-words.ts';
import { commitUrl } from '../../lib/page/github-links.ts';
import { type Html, html } from '../../lib/page/html.ts';
import { documentOf } from '../../lib/page/page.ts';
import { stateBadge } from '../../lib/page/state-badge.ts';
import { ago, distance } from '../../lib/page/times.ts';
import type { Release } from '../../lib/release/record.ts';
import type { Target } from '../../lib/target/record.ts';

/** What the list page shows. */
export type ListPageData = {
  now: Instant;
  /** The last pushed first. */
  releases: Release[];
  targets: Target[];
  /** Codebases by name, for links to their commits; a codebase without a page elsewhere is left out. */
  codebases: Codebase[];
  /** What waits for a person, with its approval link. */
  waiting: { target: Target; link: string }[];
  /** Where each service that was rolled out answers. */
  services: { codebase: string; environment: string; url: string }[];
  refreshSeconds: number;
};

/** The plain page of the local stack, as a whole document: what waits for approval, targets and releases. It asks again by itself, without script. */
export function listPage(data: ListPageData): string {
  const count = data.waiting.length;
  const body = html`<h1>The herd</h1>
<p class="lead">${leadText(count, data)}</p>
${count > 0 && html`<section class="card" aria-labelledby="waiting"><h2 id="waiting">Waiting for approval</h2>${data.waiting.map((each) => waitingRow(each, data))}</section>`}
<section class="card" aria-labelledby="targets"><h2 id="targets">Targets</h2>${targetsTable(data)}</section>
<section class="card" aria-labelledby="releases"><h2 id="releases">Releases</h2>${releasesTable(data)}</section>`;
  const title = count === 0 ? 'The herd' : `(${count}) The herd`;
  return documentOf({ title, body, width: 'wide', refreshSeconds: data.refreshSeconds });
}

/** What waits behind a hold is asked for when the hold ends. */
function leadText(count: number, { targets }: ListPageData): string {
  if (count > 0) return `${count} ${count === 1 ? 'release waits' : 'releases wait'} for an answer.`;
  const held = targets.filter((target) => target.held !== null && target.candidate !== null).length;
  if (held === 0) return 'Nothing waits for you.';
  return `Nothing is asked; ${held} ${held === 1 ? 'release waits' : 'releases wait'} behind a hold.`;
}

function waitingRow({ target, link }: ListPageData['waiting'][number], data: ListPageData): Html {
  const { codebase, environment, candidate } = target;
  if (!candidate) return html``;
  const release = data.releases.find((each) => each.codebase === codebase && each.commit === candidate.release);
  const expires = candidate.ask && html` · expires ${ago(candidate.ask.expiresAt, data.now)}`;
  return html`<div class="ask"><div><strong>${codebase}</strong> to <strong>${environment}</strong>: ${commitText(codebase, candidate.release, data)} ${release?.message}
<br><span class="soft">${release && `by ${release.author} · `}offered ${ago(candidate.offeredAt, data.now)}${expires}</span></div>
<a class="button" href="${link}">Decide<span class="unseen"> on ${codebase} to ${environment}</span></a></div>`;
}

function targetsTable(data: ListPageData): Html {
  if (data.targets.length === 0) return html`<p class="soft">Nothing was offered to any environment yet.</p>`;
  return html`<table class="stack"><thead><tr><th scope="col">Target</th><th scope="col">Live</th><th scope="col">Now</th><th scope="col">Address</th></tr></thead><tbody>
${data.targets.map(
  (
    target,
  ) => html`<tr><th scope="row">${target.codebase} <span class="soft">${target.environment}</span></th><td>${liveText(target, data)}</td><td>${nowText(target)}</td><td>${addressOf(target, data)}</td></tr>
`,
)}</tbody></table>`;
}

function liveText({ codebase, live }: Target, data: ListPageData): Html {
  if (!live) return html`<span class="soft">nothing</span>`;
  const what = live.release ? commitText(codebase, live.release, data) : html`<code>${live.image}</code>`;
  const note =
    live.approved === 'baseline'
      ? ' (ran before drover came)'
      : live.approved === false && ' (put there by somebody else)';
  return html`${what}${note} <span class="soft">${distance(live.since, data.now)}</span>`;
}

/** What goes on in a target, the most pressing first. */
function nowText({ held, rollout, candidate }: Target): Html {
  if (rollout) return html`${stateBadge(rollout.phase)} ${rollout.reason}`;
  if (held) return html`${stateBadge('held')} ${held.reason}`;
  if (candidate) return stateBadge(candidate.ask ? 'asked' : 'candidate');
  return html`<span class="soft">at rest</span>`;
}

function addressOf(target: Target, { services }: ListPageData): Html {
  const found = services.filter(
    ({ codebase, environment }) => codebase === target.codebase && environment === target.environment,
  );
  return html`${found.map(({ url }) => html`<a href="${url}">${url}</a> `)}`;
}

function releasesTable(data: ListPageData): Html {
  if (data.releases.length === 0) return html`<p class="soft">Nothing was pushed yet.</p>`;
  return html`<table class="stack"><thead><tr><th scope="col">Release</th><th scope="col">What</th><th scope="col">Pushed</th><th scope="col">Build</th><th scope="col">Environments</th></tr></thead><tbody>
${data.releases.map(
  (
    release,
  ) => html`<tr><th scope="row">${release.codebase} ${commitText(release.codebase, release.commit, data)}</th><td>${release.message}<br><span class="soft">${release.author}</span></td><td class="soft">${ago(release.pushedAt, data.now)}</td><td>${stateBadge(release.state)} ${release.reason}${buildText(release)}</td><td>${standingsOf(release)}</td></tr>
`,
)}</tbody></table>`;
}

/** What is known of a build, and its log, which grows while it runs. */
function buildText({ build }: Release): Html | undefined {
  if (!build) return undefined;
  const size = build.image && sizeWords(build.image.bytes);
  const words = [...shortFacts(build), size].filter(Boolean).join(', ');
  const log = build.logUrl?.startsWith('http') && html` <a href="${build.logUrl}">log</a>`;
  return html`<br><span class="soft">${words}</span>${log}`;
}

function standingsOf({ environments }: Release): Html {
  return html`<ul class="plain">${Object.entries(environments).map(([name, { state, reason }]) => html`<li>${name} ${stateBadge(state)} ${reason && html`<span class="soft">${reason}</span>`}</li>`)}</ul>`;
}

function commitText(codebase: string, commit: string, { codebases }: ListPageData): Html {
  const short = html`<code>${commit.slice(0, 10)}</code>`;
  const repository = codebases.find(({ name }) => name === codebase);
  return repository ? html`<a href="${commitUrl(repository, commit)}" rel="noreferrer">${short}</a>` : short;
}
