import type { Instant } from '../engine/instant.ts';
import { type Html, html } from '../page/html.ts';
import type { Page } from '../page/page.ts';
import { factsList, type Subject } from './facts-list.ts';
import type { Situation } from './situation.ts';
import { situationText } from './situation-text.ts';

/** What is wrong with a form that was sent, and the name that was in it. */
export type FormMistake = { text: string; name: string };

/** The page of a link: the question while it is open, else what became of it. */
export function approvalPage(subject: Subject, situation: Situation, now: Instant, mistake?: FormMistake): Page {
  const { codebase, environment, shown } = subject.question;
  const what = `${codebase} ${shown.release.slice(0, 10)} to ${environment}`;
  if (situation.kind === 'open') {
    const heading = `Release ${codebase} to ${environment}?`;
    return page(
      mistake ? `Please look again: ${what}` : `Approve ${what}?`,
      html`<h1>${heading}</h1>
<p class="lead">Nothing happens until you decide.</p>
${factsList(subject, true, now)}
${decisionForm(mistake)}`,
    );
  }
  const { heading, tone, says } = situationText(situation, subject.codebase, now);
  return page(
    `${heading}: ${what}`,
    html`<h1>${heading}</h1>
<p class="lead">${what}</p>
<div class="notice ${tone}" role="alert">${says}</div>
${factsList(subject, false, now)}`,
  );
}

/** A page that says why a request was refused, and shows nothing of any record. */
export function refusalPage(heading: string, text: string): Page {
  return page(
    heading,
    html`<h1>${heading}</h1>
<div class="notice warn" role="alert"><p>${text}</p></div>`,
  );
}

function decisionForm(mistake: FormMistake | undefined): Html {
  const wrong = mistake && html`<p class="error" id="wrong" role="alert">${mistake.text}</p>`;
  const described = mistake ? html`aria-invalid="true" aria-describedby="wrong how"` : html`aria-describedby="how"`;
  return html`<form method="post">
<fieldset>
<legend>Your decision</legend>
<label for="name">Your name</label>
<input id="name" name="name" type="text" autocomplete="name" required maxlength="${maxNameLength}" value="${mistake?.name ?? ''}" ${described}>
${wrong}
<p class="soft" id="how">It is kept in the history, as claimed on this link.</p>
<div class="choices">
<button class="approve" name="decision" value="approve">Approve</button>
<button class="reject" name="decision" value="reject">Reject</button>
</div>
</fieldset>
</form>`;
}

/** The longest name, in UTF-16 units as `maxlength` counts them (HTML standard). */
export const maxNameLength = 80;

const page = (title: string, body: Html): Page => ({
  title,
  width: 'narrow',
  body: html`<article class="card">${body}</article>`,
});
