import { createRequire } from 'node:module';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { codebase, signed, startReceiver, tellable } from './post.ts';

/** Deliveries that GitHub and GitHub Enterprise Server really sent, collected by octokit. */
const load = createRequire(import.meta.url);
const Recorded = z.array(z.object({ name: z.string(), examples: z.array(z.looseObject({})) }));
const recorded = (version: string) => Recorded.parse(load(`@octokit/webhooks-examples/${version}/index.json`));

const { services, pushes } = tellable(codebase('Codertocat/Hello-World', 'master'));
const receiver = await startReceiver(services);
afterAll(() => receiver.close());

const post = async (name: string, example: unknown) => {
  const body = JSON.stringify(example);
  return receiver.post(body, await signed(name, body));
};

/** What each recorded push is, by its ref, `deleted` and `before`, in the order of the package. */
const pushesOf: Record<string, string[]> = {
  'api.github.com': ['tag', 'tag', 'tag', 'tag', 'release-queued', 'push-known', 'tag'],
};

describe.each(['api.github.com', 'ghes-31', 'ghes-32', 'ghes-33', 'ghes-34', 'ghes-35'])(
  'recorded by %s',
  (version) => {
    const events = recorded(version);

    it('there are some', () => expect(events.length).toBeGreaterThan(40));

    it.each(events.map(({ name, examples }) => [name, examples] as const))('%s', async (name, examples) => {
      const answers = [];
      for (const example of examples) answers.push(await post(name, example));

      for (const { status, body } of answers) {
        if (name === 'push') expect([200, 202]).toContain(status);
        else {
          const reason = name === 'ping' ? { reason: 'ping' } : { reason: 'event-not-used', event: name };
          expect({ status, body }).toMatchObject({ status: 200, body: { outcome: 'ignored', ...reason } });
        }
      }
      if (name === 'push' && pushesOf[version])
        expect(answers.map(({ body }) => body.reason ?? body.outcome)).toEqual(pushesOf[version]);
    });
  },
);

it('of all of them one push was new to the release branch', () => {
  expect(pushes).toEqual([
    {
      commit: '6113728f27ae82c7b1a177c8d03f9e96e0adf246',
      before: '0'.repeat(40),
      pushedAt: 1_557_933_657,
      forced: false,
      message: 'Initial commit',
      author: 'Codertocat',
      pusher: 'Codertocat',
    },
  ]);
});
