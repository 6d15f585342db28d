import { createServer } from 'node:http';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Message } from '../../lib/notify/message.ts';
import { slack, slackMessage } from '../../lib/notify/slack.ts';
import { listen } from '../../local/http/listen.ts';
import { readBody } from '../../local/http/read-body.ts';
import { expectNoLeak } from '../contracts/secrecy.ts';

const received: unknown[] = [];
let answer: [number, Record<string, string>] = [200, {}];
const server = createServer(async (request, response) => {
  received.push(JSON.parse(String(await readBody(request, 100_000))));
  response.writeHead(...answer).end('ok');
});
const { url, close } = await listen(server, 0, 'Slack');
afterAll(close);
beforeEach(() => {
  received.length = 0;
  answer = [200, {}];
});

const commit = '4f2a'.repeat(10);
const link = 'https://drover.example/approvals/eyJ0b2tlbiI6MX0.c2ln';
const ask: Message = { kind: 'approval-asked', environment: 'production', release: commit, ask: 3 };
const release = { commit, message: 'Sell <b>things</b> & more <!channel>', author: 'Ada <ada>' };
const told = { message: ask, codebase: 'shop', release, link };

describe('slack', () => {
  it('asks for an approval: codebase, commit, author, message, environment and a button that opens the link', async () => {
    await slack(`${url}/services/T0/B0/XX`, fetch)(told);

    expect(received).toEqual([
      {
        text: 'Release shop 4f2a4f2 to production?',
        unfurl_links: false,
        unfurl_media: false,
        blocks: [
          section('*Release shop 4f2a4f2 to production?*'),
          section('`4f2a4f2a4f2a` by Ada &lt;ada&gt;'),
          section('>Sell &lt;b&gt;things&lt;/b&gt; &amp; more &lt;!channel&gt;'),
          {
            type: 'actions',
            elements: [
              {
                type: 'button',
                action_id: 'open',
                text: { type: 'plain_text', text: 'Look and decide' },
                url: link,
                style: 'primary',
              },
            ],
          },
        ],
      },
    ]);
  });

  it.each<[Message, string]>([
    [{ kind: 'build-failed', release: commit, reason: 'tests failed: 2 < 3' }, 'shop 4f2a4f2 was not built'],
    [{ kind: 'live', environment: 'production', release: commit }, 'shop 4f2a4f2 is live in production'],
    [
      { kind: 'rolled-back', environment: 'production', release: commit, reason: 'crashed' },
      'was rolled back in production',
    ],
    [{ kind: 'alarm', environment: 'production', reason: 'a foreign image runs' }, 'shop in production needs a person'],
  ])('says $kind', (message, headline) => {
    const { text, blocks } = Sent.parse(slackMessage({ ...told, message }));

    expect(text).toContain(headline);
    if ('reason' in message) expect(JSON.stringify(blocks)).toContain(message.reason.replace('<', '&lt;'));
  });

  it("stays within Slack's 3,000 characters a section, whatever a reason holds", () => {
    const message: Message = { kind: 'build-failed', release: commit, reason: '&'.repeat(10_000) };
    for (const block of Sent.parse(slackMessage({ ...told, message })).blocks)
      expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(3_000);
  });

  it.each([
    [429, { 'retry-after': '30' }, { code: 'slack-refused', retryable: true, retryAfter: 30_000 }],
    [500, {}, { code: 'slack-refused', retryable: true, retryAfter: undefined }],
    [404, {}, { code: 'slack-refused', retryable: true }],
    [302, { location: 'https://elsewhere.example/' }, { code: 'slack-refused', retryable: true }],
  ])('throws on %i, without address or link', async (status, headers, failure) => {
    answer = [status, headers];
    const error: unknown = await slack(`${url}/services/T0/B0/XX`, fetch)(told).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject(failure);
    expectNoLeak(wordsOf(error), [url, link, '/services/T0/B0/XX']);
  });

  it.each(['http://127.0.0.1:1/services/T0/B0/XX', 'not an address/services/T0/B0/XX'])(
    'throws where %s cannot be reached',
    async (nowhere) => {
      const error: unknown = await slack(nowhere, fetch)(told).catch((thrown: unknown) => thrown);

      expect(error).toMatchObject({ code: 'slack-unreachable', retryable: true });
      expectNoLeak(wordsOf(error), ['/services/T0/B0/XX', link]);
    },
  );
});

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } });
const Sent = z.object({
  text: z.string(),
  blocks: z.array(z.object({ text: z.object({ text: z.string() }).optional() })),
});

const wordsOf = (error: unknown): string[] =>
  error instanceof Error ? [error.message, error.stack ?? '', JSON.stringify(error), ...wordsOf(error.cause)] : [];
