import { seconds } from '../engine/instant.ts';
import { Failure } from '../lambda/failure.ts';
import type { Tell, Told } from './told.ts';
import { wordingOf } from './wording.ts';

/** `fetch` as it is handed in; it must give up by itself within some seconds. */
export type SlackFetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Tells by a Slack incoming webhook. Its address is a secret, and an error of `fetch` may name it: so no cause is kept.
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export const slack =
  (url: string, fetch: SlackFetch): Tell =>
  async (told) => {
    const body = JSON.stringify(slackMessage(told));
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual' }).catch(() => undefined);
    if (answer === undefined) throw new Failure('slack-unreachable', 'Slack did not answer', { retryable: true });
    if (answer.status === 200) return;
    const asked = Number(answer.headers.get('retry-after') ?? Number.NaN);
    const retryAfter = Number.isFinite(asked) ? { retryAfter: seconds(Math.min(Math.max(asked, 1), 3_600)) } : {};
    throw new Failure('slack-refused', `Slack answered ${answer.status}`, { retryable: true, ...retryAfter });
  };

/** The message in Slack's blocks. No link unfolds: unfolding would read the approval page before a person does. */
export function slackMessage(told: Told): Record<string, unknown> {
  const { headline, reason, button } = wordingOf(told);
  const { release, link } = told;
  const about = release ? [line(`\`${release.commit.slice(0, 12)}\` by ${escaped(release.author)}`)] : [];
  const change = release ? [line(quoted(release.message))] : [];
  const why = reason === undefined ? [] : [line(quoted(reason))];
  return {
    text: escaped(headline),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      line(`*${escaped(headline)}*`),
      ...about,
      ...change,
      ...why,
      ...(link === undefined ? [] : [buttonTo(link, button, told.message.kind === 'approval-asked')]),
    ],
  };
}

/** `verbatim`: names, channels and addresses in a commit's message stay plain text. */
const line = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } });

const buttonTo = (url: string, text: string, primary: boolean) => ({
  type: 'actions',
  elements: [
    {
      type: 'button',
      action_id: 'open',
      text: { type: 'plain_text', text },
      url,
      ...(primary ? { style: 'primary' } : {}),
    },
  ],
});

/** At most 500 characters before escaping: a section takes 3,000, and `&` becomes five. */
const quoted = (text: string): string => `>${escaped(text.replace(/\s+/g, ' ').slice(0, 500).toWellFormed())}`;

/** The three that Slack asks for, and no more. https://docs.slack.dev/messaging/formatting-message-text/#escaping */
const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
