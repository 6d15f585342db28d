import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../lib/lambda/failure.ts';
import { type DeliveryServices, deliveryLimit, receiveDelivery } from '../../../lib/source/github/delivery.ts';
import { codebase, pushPayload, secret, signed, startReceiver, tellable } from './post.ts';

const herd = [codebase('acme/shop', 'main'), codebase('acme/Blog', 'release/v1')];
let told = tellable(...herd);
const current: DeliveryServices = {
  secrets: () => told.services.secrets(),
  refreshSecrets: () => told.services.refreshSecrets(),
  herd: { byRepository: (name) => told.services.herd.byRepository(name) },
  advance: { branch: (name, event) => told.services.advance.branch(name, event) },
};
const receiver = await startReceiver(current);
afterAll(() => receiver.close());
beforeEach(() => {
  told = tellable(...herd);
});

const post = async (event: string, payload: unknown) => {
  const body = JSON.stringify(payload);
  return receiver.post(body, await signed(event, body));
};
const delivery = '72d3162e-cc78-11e3-81ab-4c9367dc0958';

describe('a push to the release branch', () => {
  it('is queued, and its push is what the branch is told', async () => {
    const answer = await post('push', pushPayload());

    expect(answer).toEqual({
      status: 202,
      type: 'application/json',
      body: { delivery, outcome: 'release-queued', release: { codebase: 'shop', commit: 'a'.repeat(40) } },
    });
    expect(told.pushes).toEqual([
      {
        commit: 'a'.repeat(40),
        before: 'b'.repeat(40),
        pushedAt: 1_760_000_000,
        forced: false,
        message: 'Sell things',
        author: 'Ada',
        pusher: 'ada',
      },
    ]);
  });

  it('is known when it is sent again, under whatever delivery id', async () => {
    await post('push', pushPayload());
    const again = await post('push', pushPayload());

    expect(again).toMatchObject({ status: 200, body: { outcome: 'ignored', reason: 'push-known' } });
  });

  it('that arrives after a later one is kept as the older one', async () => {
    const later = 'c'.repeat(40);
    await post('push', pushPayload({ after: later }, { pushed_at: 1_760_000_009 }));
    const answer = await post('push', pushPayload());

    expect(answer).toMatchObject({ status: 202, body: { outcome: 'older-push', newest: later } });
  });

  it('of a second that has another push already waits until the branch is asked', async () => {
    const other = 'c'.repeat(40);
    await post('push', pushPayload());
    const answer = await post('push', pushPayload({ after: other }));

    expect(answer).toMatchObject({ status: 202, body: { outcome: 'order-asked', release: { commit: other } } });
  });

  it('finds its repository whatever the case, and a branch with a slash', async () => {
    const answer = await post('push', pushPayload({ ref: 'refs/heads/release/v1' }, { full_name: 'ACME/blog' }));

    expect(answer).toMatchObject({ status: 202, body: { release: { codebase: 'blog' } } });
  });

  it('by a form is read as well', async () => {
    const body = new URLSearchParams({ payload: JSON.stringify(pushPayload()) }).toString();
    const headers = await signed('push', body);
    headers[0] = ['content-type', 'application/x-www-form-urlencoded; charset=utf-8'];

    expect(await receiver.post(body, headers)).toMatchObject({ status: 202, body: { outcome: 'release-queued' } });
  });

  it('signed with the previous secret is taken while it is rotated', async () => {
    const body = JSON.stringify(pushPayload());

    expect(await receiver.post(body, await signed('push', body, 'the one before'))).toMatchObject({ status: 202 });
    expect(told.calls.refresh).toBe(0);
  });

  it('signed with a secret newer than what is cached is taken once the secrets are read anew', async () => {
    told.services.refreshSecrets = async () => ['a new one', secret];
    const body = JSON.stringify(pushPayload());

    expect(await receiver.post(body, await signed('push', body, 'a new one'))).toMatchObject({ status: 202 });
  });

  it('is not lost in silence when a service is out: what it throws goes on', async () => {
    const outage = new Failure('table-unavailable', 'no table', { retryable: true });
    const body = JSON.stringify(pushPayload());
    const request = {
      method: 'POST',
      path: '/webhooks/github',
      query: {},
      headers: Object.fromEntries(await signed('push', body)),
      body: Buffer.from(body),
    };
    const services = { ...told.services, advance: { branch: () => Promise.reject(outage) } };

    await expect(receiveDelivery(request, services)).rejects.toBe(outage);
  });
});

const zeros = '0'.repeat(40);

describe('what is nothing to us is answered 200 with its own reason', () => {
  it.each([
    ['deleted branch', pushPayload({ deleted: true, after: zeros, head_commit: null }), 'branch-deleted'],
    ['deletion that only its zeros show', pushPayload({ after: zeros }), 'branch-deleted'],
    ['another branch', pushPayload({ ref: 'refs/heads/feature' }), 'another-branch'],
    ['branch whose name only begins alike', pushPayload({ ref: 'refs/heads/main2' }), 'another-branch'],
    ['branch whose name only ends alike', pushPayload({ ref: 'refs/heads/x/main' }), 'another-branch'],
    ['branch in another case', pushPayload({ ref: 'refs/heads/Main' }), 'another-branch'],
    ['tag', pushPayload({ ref: 'refs/tags/main' }), 'tag'],
    ['deleted tag', pushPayload({ ref: 'refs/tags/main', deleted: true, after: zeros, head_commit: null }), 'tag'],
    ['other ref', pushPayload({ ref: 'refs/notes/commits' }), 'not-a-branch'],
    ['merge queue', pushPayload({ ref: 'refs/heads/gh-readonly-queue/main/pr-1-abc' }), 'merge-queue'],
    ['foreign repository', pushPayload({}, { full_name: 'other/shop' }), 'codebase-not-in-herd'],
    ['push without a head commit', pushPayload({ head_commit: null }), 'no-head-commit'],
  ])('%s', async (_what, payload, reason) => {
    const answer = await post('push', payload);

    expect(answer).toMatchObject({ status: 200, body: { delivery, outcome: 'ignored', reason } });
    expect(told.pushes).toEqual([]);
  });

  it.each(['pull_request', 'check_run', 'installation', 'merge_group', 'create', 'never_heard_of'])(
    'the event %s',
    async (event) => {
      expect(await post(event, { action: 'x' })).toMatchObject({
        status: 200,
        body: { outcome: 'ignored', reason: 'event-not-used', event },
      });
    },
  );

  it('ping', async () => {
    const body = { outcome: 'ignored', reason: 'ping' };
    expect(await post('ping', { zen: 'Keep it logically awesome.', hook_id: 1 })).toMatchObject({ status: 200, body });
  });
});

const hex = (by: string, body: string) => createHmac('sha256', by).update(body).digest('hex');

describe('signatures', () => {
  const body = JSON.stringify(pushPayload());
  const right = `sha256=${hex(secret, body)}`;
  const twice = [['x-hub-signature-256', right] as const, ['x-hub-signature-256', right] as const];

  it.each<[string, readonly (readonly [string, string])[]]>([
    ['missing', []],
    ['empty', [['x-hub-signature-256', '']]],
    ['of SHA-1 only', [['x-hub-signature', `sha1=${'0'.repeat(40)}`]]],
    ['without its prefix', [['x-hub-signature-256', right.slice(7)]]],
    ['with another prefix', [['x-hub-signature-256', right.replace('sha256', 'sha1')]]],
    ['cut short', [['x-hub-signature-256', right.slice(0, -1)]]],
    ['too long', [['x-hub-signature-256', `${right}0`]]],
    ['not hexadecimal', [['x-hub-signature-256', `sha256=${'z'.repeat(64)}`]]],
    ['in capitals', [['x-hub-signature-256', right.toUpperCase()]]],
    ['doubled', twice],
    ['doubled, the right one second', [['x-hub-signature-256', `sha256=${'0'.repeat(64)}`], ...twice.slice(1)]],
    ['enormous', [['x-hub-signature-256', `sha256=${'0'.repeat(8_000)}`]]],
  ])('%s: 401, and nothing is called', async (_what, headers) => {
    const answer = await receiver.post(body, [
      ['x-github-event', 'push'],
      ...headers.map(([a, b]): [string, string] => [a, b]),
    ]);

    expect(answer).toMatchObject({
      status: 401,
      type: 'application/problem+json',
      body: { code: 'signature-refused' },
    });
    expect(told.calls).toEqual({ secrets: 0, refresh: 0 });
    expect(told.pushes).toEqual([]);
  });

  it.each([
    ['of another secret', `sha256=${hex('guess', body)}`],
    ['of the empty secret', `sha256=${hex('', body)}`],
    ['of another body', `sha256=${hex(secret, `${body} `)}`],
    ['all zeros', `sha256=${'0'.repeat(64)}`],
  ])('%s: 401, and only the secrets are read', async (_what, signature) => {
    const answer = await receiver.post(body, [
      ['x-github-event', 'push'],
      ['x-hub-signature-256', signature],
    ]);

    expect(answer).toMatchObject({ status: 401 });
    expect(told.calls).toEqual({ secrets: 1, refresh: 1 });
    expect(told.pushes).toEqual([]);
  });

  it('refuses everything while there is no secret, also what is signed with the empty one', async () => {
    told.services.secrets = async () => ['', ''];
    told.services.refreshSecrets = async () => [];

    expect(await receiver.post(body, await signed('push', body))).toMatchObject({ status: 401 });
    const empty: [string, string][] = [['x-hub-signature-256', `sha256=${hex('', body)}`]];
    expect(await receiver.post(body, empty)).toMatchObject({ status: 401 });
  });

  it("GitHub's own vector holds", async () => {
    const vector = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    const answer = await receiver.post('Hello, World!', [
      ['x-github-event', 'push'],
      ['x-hub-signature-256', vector],
    ]);

    expect(answer).toMatchObject({ status: 400, body: { code: 'payload-unreadable' } });
  });

  it('is made of the raw bytes: JSON that says the same in other bytes is another body', async () => {
    const spaced = JSON.stringify(pushPayload(), null, 2);

    expect(await receiver.post(spaced, await signed('push', body))).toMatchObject({ status: 401 });
    expect(await receiver.post(spaced, await signed('push', spaced))).toMatchObject({ status: 202 });
  });
});

describe('signed, but', () => {
  const signedBytes = (bytes: Uint8Array<ArrayBuffer>, event = 'push'): [string, string][] => [
    ['x-github-event', event],
    ['x-hub-signature-256', `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`],
  ];

  it.each([
    ['empty', Buffer.alloc(0)],
    ['not JSON', Buffer.from('{"ref":')],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['with a byte order mark', Buffer.from('\ufeff{}')],
  ])('%s: 400', async (_what, bytes) => {
    const answer = await receiver.post(bytes, signedBytes(bytes));

    expect(answer).toMatchObject({
      status: 400,
      type: 'application/problem+json',
      body: { code: 'payload-unreadable' },
    });
  });

  it.each([
    ['ref', pushPayload({ ref: 7 })],
    ['after', pushPayload({ after: 'main; rm -rf /' })],
    ['before', pushPayload({ before: 'b'.repeat(64) })],
    ['deleted', pushPayload({ deleted: 'no' })],
    ['head_commit.message', pushPayload({ head_commit: { message: null, author: { name: 'Ada' } } })],
    ['repository.full_name', pushPayload({}, { full_name: '../../etc' })],
    ['repository.pushed_at', pushPayload({}, { pushed_at: 253_402_300_800 })],
    ['repository.pushed_at', pushPayload({}, { pushed_at: -1 })],
    ['pusher', pushPayload({ pusher: undefined })],
    ['', []],
    ['', null],
  ])('of the wrong shape at “%s”: 400 that says where, and not what was there', async (path, payload) => {
    const answer = await post('push', payload);

    expect(answer).toMatchObject({ status: 400, body: { code: 'payload-misshapen', errors: [{ path }] } });
    expect(JSON.stringify(answer.body)).not.toContain('rm -rf');
    expect(told.pushes).toEqual([]);
  });

  it.each([
    ['missing', undefined],
    ['strange', 'push; drop'],
    ['doubled', 'push, push'],
  ])('with its event %s: 400', async (_what, event) => {
    const body = JSON.stringify(pushPayload());
    const headers = (await signed('push', body)).filter(([name]) => name !== 'x-github-event');
    if (event !== undefined) headers.push(['x-github-event', event]);

    expect(await receiver.post(body, headers)).toMatchObject({ status: 400, body: { code: 'event-unnamed' } });
  });

  it('over the limit: 413 before anything, 6 MB exactly is read', async () => {
    const at = Buffer.alloc(deliveryLimit, 0x20);
    const over = Buffer.alloc(deliveryLimit + 1, 0x20);

    expect(await receiver.post(over, signedBytes(over))).toMatchObject({
      status: 413,
      body: { code: 'delivery-too-large' },
    });
    expect(told.calls.secrets).toBe(0);
    expect(await receiver.post(at, signedBytes(at))).toMatchObject({ status: 400 });
  });
});

describe('whatever arrives', () => {
  const unit = fc.integer({ min: 0, max: 0xffff });
  const anyText = (maxLength: number) => fc.array(unit, { maxLength }).map((units) => String.fromCharCode(...units));
  const answered = (body: Buffer, headers: Record<string, string>) =>
    receiveDelivery({ method: 'POST', path: '/webhooks/github', query: {}, headers, body }, told.services);
  const sign = (body: Buffer) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

  it('no bytes, signed or not, under any event, give a 5xx', async () => {
    const event = fc.oneof(fc.constantFrom('push', 'ping', 'installation'), fc.string());
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 2_000 }),
        fc.string(),
        event,
        fc.boolean(),
        async (bytes, type, name, isSigned) => {
          const body = Buffer.from(bytes);
          const signature = isSigned ? { 'x-hub-signature-256': sign(body) } : {};
          const { status } = await answered(body, { 'x-github-event': name, 'content-type': type, ...signature });
          expect([400, 401]).toContain(status);
        },
      ),
    );
  });

  it('no signed JSON, also one much like a push, gives a 5xx, and every push is bounded', async () => {
    const almost = fc.record(
      {
        ref: fc.oneof({ arbitrary: fc.constant('refs/heads/main'), weight: 5 }, fc.string(), fc.jsonValue()),
        before: fc.constantFrom('b'.repeat(40), 'd'.repeat(40), zeros, 'x'),
        after: fc.constantFrom('a'.repeat(40), 'c'.repeat(40), zeros, 7),
        deleted: fc.oneof({ arbitrary: fc.constant(false), weight: 5 }, fc.jsonValue()),
        forced: fc.boolean(),
        head_commit: fc.oneof(
          fc.constant(null),
          fc.record({
            message: anyText(3_000),
            author: fc.record({ name: anyText(500) }),
          }),
        ),
        repository: fc.record({
          full_name: fc.constantFrom('acme/shop', 'other/x'),
          pushed_at: fc.oneof({ arbitrary: fc.nat(), weight: 5 }, fc.double()),
        }),
        pusher: fc.record({ name: fc.string({ maxLength: 500 }) }),
      },
      { requiredKeys: ['ref', 'before', 'after', 'forced', 'pusher', 'repository', 'head_commit', 'deleted'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof({ arbitrary: almost, weight: 9 }, fc.jsonValue()), async (payload) => {
        const body = Buffer.from(JSON.stringify(payload));
        const { status } = await answered(body, { 'x-github-event': 'push', 'x-hub-signature-256': sign(body) });
        expect([200, 202, 400]).toContain(status);
      }),
      { numRuns: 300 },
    );
    expect(told.pushes.length).toBeGreaterThan(0);
    for (const { message, author, pusher } of told.pushes) {
      expect(Array.from(message).length).toBeLessThanOrEqual(200);
      expect(Array.from(author).length).toBeLessThanOrEqual(100);
      expect(Array.from(pusher).length).toBeLessThanOrEqual(100);
      expect(message).not.toMatch(/[\r\n]/);
    }
  });

  it('JSON nested deep is refused and does not end the process', async () => {
    const body = Buffer.from(`${'['.repeat(500_000)}${']'.repeat(500_000)}`);
    const { status } = await answered(body, { 'x-github-event': 'push', 'x-hub-signature-256': sign(body) });

    expect(status).toBe(400);
  });
});
