import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ApprovalServices, approval } from '../../lib/approval/approval-handler.ts';
import { type Question, tokenOf } from '../../lib/approval/token.ts';
import type { HttpRequest } from '../../lib/lambda/http.ts';
import type { Release } from '../../lib/release/record.ts';
import { decideTarget } from '../../lib/target/decide.ts';
import type { TargetEvent } from '../../lib/target/event.ts';
import type { Target } from '../../lib/target/record.ts';
import {
  ada,
  aRelease,
  askedTarget,
  aTarget,
  candidate,
  hour,
  newCommit,
  newDigest,
  noon,
  oldCommit,
  oldImage,
  rollout,
  shop,
  toldBuild,
} from './records.ts';

const key = 'k'.repeat(32);
const question: Question = {
  codebase: 'shop',
  environment: 'production',
  shown: { release: newCommit, digest: newDigest, running: oldImage, ask: 3, expiresAt: noon + 23 * hour },
};
const path = `/approvals/${tokenOf(question, key)}`;

/** The services over one target and one release, which are decided by the real table. */
function world(target: Target | undefined, release: Release | undefined = aRelease(), now = noon) {
  const is = { target, release, events: [] as TargetEvent[] };
  const services: ApprovalServices = {
    readTarget: async () => is.target,
    readRelease: async () => is.release,
    codebase: (name) => (name === 'shop' ? shop : undefined),
    approvalKeys: async () => ({ current: key }),
    url: 'https://drover.example',
    now: () => now,
    advance: {
      target: async (codebase, environment, event) => {
        is.events.push(event);
        const [, production] = shop.environments;
        if (!production) throw new Error('no environment');
        const context = {
          now,
          key: { codebase, environment },
          environment: production,
          nextEnvironment: undefined,
          watchAfter: 1_000,
          lease: 90_000,
          version: 9,
        };
        const decision = decideTarget(is.target, event, context);
        if (decision.kind === 'ignored') return { ...decision, record: is.target };
        is.target = decision.record;
        for (const effect of decision.effects)
          if (effect.kind === 'send-release' && effect.event.kind === 'standing' && is.release)
            is.release = {
              ...is.release,
              environments: { ...is.release.environments, production: effect.event.standing },
            };
        return { kind: 'written', record: decision.record, version: 9 };
      },
    },
  };
  return { is, services };
}

const get = (changes: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  path,
  query: {},
  headers: {},
  body: Buffer.alloc(0),
  ...changes,
});
const post = (fields: Record<string, string> | string, headers: Record<string, string> = {}): HttpRequest => ({
  ...get({ method: 'POST' }),
  headers: { origin: 'https://drover.example', 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: Buffer.from(typeof fields === 'string' ? fields : new URLSearchParams(fields).toString()),
});
const approve = { decision: 'approve', name: 'Ada Lovelace' };
const standing = (
  state: 'live' | 'rolling-back' | 'rolled-back' | 'replaced' | 'held' | 'rejected' | 'superseded' | 'expired',
  decided?: 'approved' | 'rejected',
) => ({
  state,
  at: noon,
  version: 9,
  reason: 'pod crashed',
  ...(decided && { decision: { kind: decided, ask: 3, by: ada, at: noon - 60_000 } }),
});
const told = (...args: Parameters<typeof standing>) => aRelease({ environments: { production: standing(...args) } });
const held = { number: 1, reason: 'black friday', by: { name: 'ops', how: 'api-token' as const }, at: noon - hour };

type Row = [string, Target | undefined, Release | undefined, number, string[]];
const states: Row[] = [
  [
    'open',
    askedTarget(),
    aRelease(),
    200,
    [
      'Release shop to production?',
      'Show prices with tax',
      'Grace Hopper',
      'ghopper',
      'took 72 s',
      'staging',
      'live',
      'Show the commits between',
      '/compare/91c7d0f2a4b6c8e0d2f4a6b8c0e2d4f6a8b0c2d4...4f2a1c9e',
      'open until',
      '24 Nov 2026, 15:00 UTC',
      '<form',
    ],
  ],
  [
    'open, nothing runs',
    askedTarget({
      live: null,
      candidate: { ...candidate, ask: { number: 3, running: null, askedAt: noon, expiresAt: noon + 23 * hour } },
    }),
    aRelease(),
    409,
    ['What runs has changed'],
  ],
  [
    'rolling out',
    aTarget({ rollout: { ...rollout, approval: { ask: 3, by: ada, at: noon } } }),
    aRelease(),
    200,
    ['Approved by Ada Lovelace', 'being rolled out', 'Look again'],
  ],
  ['live', aTarget(), told('live', 'approved'), 200, ['Approved by Ada Lovelace', 'It is live.']],
  ['replaced', aTarget(), told('replaced', 'approved'), 200, ['a later release has replaced it']],
  ['rolling back', aTarget(), told('rolling-back', 'approved'), 200, ['being rolled back', 'pod crashed']],
  ['rolled back', aTarget(), told('rolled-back', 'approved'), 200, ['was rolled back', 'pod crashed']],
  ['approved, then held', aTarget({ held }), told('held', 'approved'), 200, ['the environment is held', 'pod crashed']],
  ['rejected', aTarget(), told('rejected', 'rejected'), 200, ['Rejected by Ada Lovelace', 'Nothing was rolled out']],
  [
    'superseded by another',
    askedTarget({ candidate: { ...candidate, release: 'f'.repeat(40) } }),
    told('superseded'),
    410,
    ['newer release', 'ffffffffff'],
  ],
  ['superseded, nothing waits', aTarget(), told('superseded'), 410, ['newer release']],
  [
    'held',
    askedTarget({ held, candidate: { ...candidate, ask: null } }),
    aRelease(),
    409,
    ['This environment is held', 'ops holds it since', 'black friday'],
  ],
  [
    'busy',
    askedTarget({ rollout: { ...rollout, release: 'e'.repeat(40) }, candidate: { ...candidate, ask: null } }),
    aRelease(),
    409,
    ['Another rollout is under way', 'eeeeeeeeee'],
  ],
  [
    'moved',
    askedTarget({ live: { image: 'x/y@z', order: 0, approved: false, since: noon } }),
    aRelease(),
    409,
    ['What runs has changed', 'x/y@z'],
  ],
  [
    'asked again',
    askedTarget({
      candidate: { ...candidate, ask: { number: 4, running: oldImage, askedAt: noon, expiresAt: noon + hour } },
    }),
    aRelease(),
    409,
    ['asked again', 'number 4'],
  ],
  ['withdrawn', aTarget(), aRelease(), 410, ['no longer open']],
  ['target gone', undefined, undefined, 410, ['no longer open']],
];

test('what the build told, and how much larger the image is than the one that runs', async () => {
  const { services } = world(askedTarget());
  const page = async (bytes: number | undefined, logUrl = 'https://logs.example/1') => {
    const running = aRelease({
      commit: oldCommit,
      build: { ...toldBuild, ...(bytes === undefined ? {} : { image: { bytes } }) },
    });
    const tests = { total: 42, failed: 0, skipped: 0 };
    const asked = aRelease({ build: { ...toldBuild, logUrl, tests } });
    const readRelease = async (_: string, commit: string) => (commit === oldCommit ? running : asked);
    return (await approval(get(), { ...services, readRelease })).body;
  };
  const told = await page(12_000_000);
  expect(told).toContain('took 72 s, 42 tests passed, cache hit, 1 crate compiled, 0.68 cents');
  expect(told).toContain('<a href="https://logs.example/1" rel="noreferrer">log</a>');
  expect(told).toContain('12.3 MB, 0.3 MB more than the one that runs');
  expect(await page(12_345_678)).toContain('12.3 MB, as large as the one that runs');
  expect(await page(12_345_678, 'javascript:alert(1)')).not.toContain('>log</a>');
  const { release: _, ...unknown } = aTarget().live ?? { image: oldImage, order: 0, approved: false, since: 0 };
  const foreign = await approval(get(), world(askedTarget({ live: unknown }), aRelease({ build: toldBuild })).services);
  expect(foreign.body).toContain('<dd>12.3 MB</dd>');
});

describe('GET', () => {
  test.each(states)('%s', async (_, target, release, status, words) => {
    const { is, services } = world(target, release);
    const before = structuredClone(is);
    const response = await approval(get(), services);
    expect(response.status).toBe(status);
    for (const word of words) expect(response.body).toContain(word);
    expect(response.body.includes('<form')).toBe(status === 200 && words.includes('<form'));
    expect(is).toEqual(before);
    const head = await approval(get({ method: 'HEAD' }), services);
    expect(head).toEqual({ ...response, body: '' });
  });

  test('expired', async () => {
    const { services } = world(askedTarget(), aRelease(), noon + 24 * hour);
    const response = await approval(get(), services);
    expect([
      response.status,
      response.body.includes('This question has expired'),
      response.body.includes('<form'),
    ]).toEqual([410, true, false]);
  });

  test('the headers keep the page from being kept, framed, sniffed or from running anything', async () => {
    const { headers, body } = await approval(get(), world(askedTarget()).services);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['strict-transport-security']).toMatch(/max-age=\d{8}/);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action 'self'; frame-ancestors 'none'$/,
    );
    expect(body).not.toMatch(/<script|javascript:|\son[a-z]+=|style="/i);
    for (const [, attributes] of body.matchAll(/<a ([^>]*href="https?:[^>]*)>/g))
      expect(attributes).toContain('rel="noreferrer"');
  });
});

describe('POST', () => {
  test('approves once; the same again shows its outcome; the other is refused and says whose the first was', async () => {
    const { is, services } = world(askedTarget());
    const first = await approval(post(approve), services);
    expect([first.status, first.headers.location]).toEqual([303, `https://drover.example${path}`]);
    expect(is.events).toEqual([{ kind: 'approved', shown: question.shown, by: ada }]);
    expect(is.target?.rollout?.approval?.by).toEqual(ada);
    const decided = structuredClone(is.target);

    const again = await approval(post({ ...approve, name: 'Somebody else' }), services);
    expect(again.status).toBe(303);
    const other = await approval(post({ ...approve, decision: 'reject' }), services);
    expect(other.status).toBe(409);
    expect(other.body).toContain('Approved by Ada Lovelace');
    expect(is.target).toEqual(decided);
  });

  test('rejects', async () => {
    const { is, services } = world(askedTarget());
    expect((await approval(post({ ...approve, decision: 'reject' }), services)).status).toBe(303);
    expect(is.target?.candidate).toBeNull();
    expect((await approval(get(), services)).body).toContain('Rejected by Ada Lovelace');
  });

  test.each(states.filter(([name]) => name !== 'open'))(
    '%s: nothing is changed',
    async (name, target, release, status) => {
      const { is, services } = world(target, release);
      const before = structuredClone(is.target);
      const response = await approval(post(approve), services);
      const isSame = release?.environments.production?.decision?.kind === 'approved' || name === 'rolling out';
      expect(response.status).toBe(isSame ? 303 : status === 200 ? 409 : status);
      expect(is.target).toEqual(before);
    },
  );

  test('after it expired is refused', async () => {
    const { services } = world(askedTarget(), aRelease(), noon + 24 * hour);
    expect((await approval(post(approve), services)).status).toBe(410);
  });

  test.each([
    ['no origin', { origin: '' }],
    ['null', { origin: 'null' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['another scheme', { origin: 'http://drover.example' }],
    ['ours as a prefix', { origin: 'https://drover.example.evil' }],
    ['doubled', { origin: 'https://drover.example,https://drover.example' }],
  ])('from elsewhere is refused: %s', async (_, headers) => {
    const { is, services } = world(askedTarget());
    expect((await approval(post(approve, headers), services)).status).toBe(403);
    expect(is.events).toEqual([]);
  });

  test.each<[string, HttpRequest, number, string]>([
    ['no name', post({ decision: 'approve', name: '' }), 400, 'Say who decides.'],
    ['a blank name', post({ decision: 'approve', name: ' \t ' }), 400, 'Say who decides.'],
    ['name left out', post({ decision: 'approve' }), 400, 'Say who decides.'],
    ['a long name', post({ decision: 'approve', name: 'x'.repeat(81) }), 400, 'at most 80'],
    ['a name with a line break', post({ decision: 'approve', name: 'Ada\nroot' }), 400, 'cannot be shown'],
    ['no decision', post({ name: 'Ada' }), 400, 'Choose Approve or Reject.'],
    ['another decision', post({ name: 'Ada', decision: 'perhaps' }), 400, 'Choose Approve or Reject.'],
    ['an empty form', post(''), 400, 'Say who decides.'],
    ['JSON', post(approve, { 'content-type': 'application/json' }), 415, 'Not a form'],
    ['no type', post(approve, { 'content-type': '' }), 415, 'Not a form'],
    ['too large', post({ ...approve, name: 'x'.repeat(5_000) }), 413, 'Too large'],
    ['a forged link', { ...post(approve), path: `${path}x` }, 404, 'Unknown link'],
    ['no link', { ...post(approve), path: '/approvals/' }, 404, 'Unknown link'],
    ['another host in the path', { ...post(approve), path: `//evil.example${path}` }, 404, 'Unknown link'],
    ['another method', { ...post(approve), method: 'PUT' }, 405, 'Not possible here'],
  ])('%s', async (_, request, status, words) => {
    const { is, services } = world(askedTarget());
    const response = await approval(request, services);
    expect(response.status).toBe(status);
    expect(response.body).toContain(words);
    if (status === 405) expect(response.headers.allow).toBe('GET, HEAD, POST');
    expect(is.events).toEqual([]);
  });

  test('a mistake keeps what was typed, marks the field and says what is wrong', async () => {
    const { body } = await approval(post({ decision: 'maybe', name: '"><b>Ada' }), world(askedTarget()).services);
    expect(body).toContain('value="&#34;&#62;&#60;b&#62;Ada"');
    expect(body).toMatch(/aria-invalid="true" aria-describedby="wrong how"/);
    expect(body).toMatch(/id="wrong" role="alert"/);
  });
});

test('no text of a record or a form breaks out of the page', async () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('</style><script>alert(1)</script>', '" onfocus="x', "'><img src=x>", '<!--', '&lt;'),
  );
  const plain = skeleton((await approval(get(), world(askedTarget(), aRelease()).services)).body);
  await fc.assert(
    fc.asyncProperty(nasty, nasty, nasty, async (message, author, pusher) => {
      const { body } = await approval(get(), world(askedTarget(), aRelease({ message, author, pusher })).services);
      expect(skeleton(body)).toBe(plain);
    }),
    { numRuns: 60 },
  );
});

/** A page's tags and their attributes' names, without any text. */
const skeleton = (body: string): string =>
  [...body.matchAll(/<[^>]*>?/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""')).join('');
