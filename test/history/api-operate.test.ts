import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { releaseKey, targetKey } from '../../lib/engine/key.ts';
import { revokeToken } from '../../lib/history/token-table.ts';
import {
  aRelease,
  askedTarget,
  aTarget,
  hour,
  newCommit,
  newDigest,
  newImage,
  noon,
  oldCommit,
  oldDigest,
  oldImage,
} from '../approval/records.ts';
import { described } from './described.ts';
import { commitOf, type HistoryWorld, historyWorld } from './history-world.ts';

let world: HistoryWorld;
let token: string;
const worlds: HistoryWorld[] = [];
beforeEach(async () => {
  world = await historyWorld();
  worlds.push(world);
  token = await world.newToken('operate');
});
afterAll(async () => {
  for (const each of worlds) await each.close();
});

const checking = '/targets/{codebase}/{environment}/check';
const target = '/targets/{codebase}/{environment}';
const at = '/targets/shop/production';
const post = (path: string, body?: unknown) => world.call('POST', path, { token, body });
const stored = async () => (await world.store.read(targetKey('shop', 'production')))?.record;
const by = { name: 'operate of CI', how: 'api-token' };

/** The old release, which was live before, and the new one, which is live now. */
async function twoReleases() {
  const wasLive = { state: 'replaced' as const, at: noon, version: 2, liveAt: noon - 50 * hour };
  const isLive = { state: 'live' as const, at: noon, version: 3, liveAt: noon - hour };
  await world.putRelease(
    aRelease({
      commit: oldCommit,
      digest: oldDigest,
      image: oldImage,
      order: 10,
      pushedAt: noon - 51 * hour,
      environments: { production: wasLive },
    }),
  );
  await world.putRelease(aRelease({ environments: { production: isLive } }));
  const live = {
    image: newImage,
    digest: newDigest,
    release: newCommit,
    order: 20,
    approved: true,
    since: noon - hour,
  };
  await world.putTarget(aTarget({ live, number: 7, baseline: 'old/shop:1' }));
}

describe('rollback', () => {
  test('without a commit goes to what was live before, and says what it took for what was left out', async () => {
    await twoReleases();
    const response = await post(`${at}/rollback`);
    described(`${target}/rollback`, 'post', response);
    expect(response.status).toBe(202);
    expect(JSON.parse(response.body)).toMatchObject({
      assumed: { number: 7, to: oldCommit },
      target: { rollout: { kind: 'rollback', image: oldImage } },
    });
    const { body } = await world.call('GET', at, { token });
    expect(JSON.parse(body).entries[0]).toMatchObject({ by, what: 'roll-back-asked' });
  });

  test('to a named commit with the number that was seen; with another number it is refused and what is so is told', async () => {
    await twoReleases();
    const old = await post(`${at}/rollback`, { to: oldCommit.slice(0, 8), number: 6 });
    described(`${target}/rollback`, 'post', old);
    expect([old.status, JSON.parse(old.body)]).toMatchObject([
      409,
      { reason: 'page-is-old', target: { number: 7, rollout: null } },
    ]);
    const now = await post(`${at}/rollback`, { to: oldCommit.slice(0, 8), number: 7 });
    expect([now.status, JSON.parse(now.body).assumed]).toEqual([202, undefined]);
  });

  test('to the baseline', async () => {
    await twoReleases();
    expect(JSON.parse((await post(`${at}/rollback`, { to: 'baseline' })).body).target.rollout.image).toBe('old/shop:1');
  });

  test('to an image that is gone, to what was never live here, to what there is not: refused', async () => {
    await twoReleases();
    world.missingImages.add(oldDigest);
    await world.putRelease(aRelease({ commit: commitOf(1), environments: {} }));
    const reasons = [];
    for (const to of [oldCommit, commitOf(1), commitOf(2)]) {
      const { status, body } = await post(`${at}/rollback`, { to });
      reasons.push([status, JSON.parse(body).reason]);
    }
    expect(reasons).toEqual([
      [409, 'image-is-gone'],
      [409, 'was-never-live-here'],
      [404, undefined],
    ]);
  });

  test('where nothing was live before: to the baseline, and without one refused', async () => {
    await world.putTarget(aTarget({ baseline: 'old/shop:1' }));
    expect(JSON.parse((await post(`${at}/rollback`)).body).assumed.to).toBe('baseline');
    await world.putTarget(aTarget({ codebase: 'till' }));
    const refused = await post('/targets/till/production/rollback');
    expect(JSON.parse(refused.body).reason).toBe('nothing-was-live-before');
    expect(JSON.parse((await post('/targets/till/production/rollback', { to: 'baseline' })).body).reason).toBe(
      'no-baseline',
    );
  });
});

describe('hold and unhold', () => {
  test('by name, with a reason, once each; the entry says by whom', async () => {
    await world.putTarget(askedTarget());
    const held = await post(`${at}/hold`, { reason: ' black friday ' });
    described(`${target}/hold`, 'post', held);
    expect([held.status, JSON.parse(held.body)]).toMatchObject([
      200,
      { assumed: { holds: 0 }, target: { held: { number: 1, reason: 'black friday', by } } },
    ]);
    const again = await post(`${at}/hold`, { reason: 'again' });
    expect([again.status, JSON.parse(again.body)]).toMatchObject([
      409,
      { reason: 'held-already', target: { held: { reason: 'black friday' } } },
    ]);
    expect((await post(`${at}/unhold`, { hold: 9 })).status).toBe(409);
    const ended = await post(`${at}/unhold`);
    expect([ended.status, JSON.parse(ended.body)]).toMatchObject([
      200,
      { assumed: { hold: 1 }, target: { held: null, candidate: { ask: { number: 4 } } } },
    ]);
    expect((await post(`${at}/unhold`)).status).toBe(409);
  });

  test('a target of the herd may be held before anything was offered to it; another is not found', async () => {
    expect((await post(`${at}/hold`, { reason: 'not yet' })).status).toBe(200);
    expect(await stored()).toMatchObject({ held: { reason: 'not yet', by } });
    expect((await post('/targets/shop/nowhere/hold', { reason: 'x' })).status).toBe(404);
    expect((await post('/targets/none/production/hold', { reason: 'x' })).status).toBe(404);
  });
});

describe('offer, abort, rebuild', () => {
  test('an older release is offered by hand', async () => {
    await twoReleases();
    const response = await post(`${at}/offer`, { release: oldCommit.slice(0, 7) });
    described(`${target}/offer`, 'post', response);
    expect([response.status, JSON.parse(response.body)]).toMatchObject([
      202,
      { assumed: { offers: 4 }, target: { candidate: { release: oldCommit, byHand: true } } },
    ]);
    expect((await post(`${at}/offer`, { release: newCommit, offers: 4 })).status).toBe(409);
  });

  test('what is not built, or whose image is gone, is not offered', async () => {
    await world.putRelease(aRelease({ state: 'failed' }));
    await world.putRelease(aRelease({ commit: oldCommit, digest: oldDigest }));
    world.missingImages.add(oldDigest);
    expect(JSON.parse((await post(`${at}/offer`, { release: newCommit })).body)).toMatchObject({
      status: 409,
      reason: 'not-built',
      release: { state: 'failed' },
    });
    expect(JSON.parse((await post(`${at}/offer`, { release: oldCommit })).body)).toMatchObject({
      status: 409,
      reason: 'image-is-gone',
    });
  });

  test('a rollout is aborted by its number', async () => {
    await twoReleases();
    await post(`${at}/rollback`);
    const wrong = await post(`${at}/abort`, { number: 7 });
    described(`${target}/abort`, 'post', wrong);
    expect([wrong.status, JSON.parse(wrong.body).reason]).toEqual([409, 'page-is-old']);
    expect(JSON.parse((await post(`${at}/abort`, { number: 8 })).body).target.rollout).toMatchObject({
      phase: 'rolling-back',
      number: 9,
    });
    expect((await post(`${at}/abort`)).status).toBe(400);
  });

  test('a failed release is built again, a built one is not', async () => {
    await world.putRelease(aRelease({ state: 'failed', reason: 'tests' }));
    const path = `/releases/shop/${newCommit.slice(0, 9)}/rebuild`;
    const response = await post(path);
    described('/releases/{codebase}/{commit}/rebuild', 'post', response);
    expect([response.status, JSON.parse(response.body)]).toMatchObject([
      202,
      { assumed: { attempt: 1 }, release: { state: 'queued', byHand: true } },
    ]);
    expect((await world.store.read(releaseKey('shop', newCommit)))?.record).toMatchObject({ state: 'queued' });
    const again = await post(path, { attempt: 1 });
    described('/releases/{codebase}/{commit}/rebuild', 'post', again);
    expect([again.status, JSON.parse(again.body).reason]).toEqual([409, 'not-to-be-rebuilt-while-queued']);
    const { entries } = JSON.parse((await world.call('GET', `/releases/shop/${newCommit}`, { token })).body);
    expect(entries).toMatchObject([{ what: 'rebuild-asked', by }]);
  });
});

describe('who may ask', () => {
  test('nobody without a token, a wrong one, one that is revoked or has expired', async () => {
    await world.putTarget(aTarget());
    const expiring = await world.newToken('read', noon + hour);
    const revoked = await world.newToken('read', noon + 2 * hour);
    const [, id = '', secret = ''] = revoked.split('_');
    expect((await world.call('GET', at, { token: revoked })).status).toBe(200);
    expect(await revokeToken({ client: world.client, tableName: 'drover' }, id, noon)).toBe('revoked');
    expect(await revokeToken({ client: world.client, tableName: 'drover' }, '0000', noon)).toBe('unknown');
    expect((await world.call('GET', at, { token: expiring })).status).toBe(200);
    world.clock.now = noon + hour;
    const wrong = [
      undefined,
      'x',
      '',
      revoked,
      expiring,
      `drover_${id}_${'A'.repeat(43)}`,
      `drover_${'0'.repeat(16)}_${secret}`,
      `${token}x`,
      token.slice(0, -1),
    ];
    for (const each of wrong) {
      const response = await world.call('GET', at, each === undefined ? {} : { token: each });
      expect([each, response.status]).toEqual([each, 401]);
      expect(response.headers['www-authenticate']).toBe(
        each === undefined ? 'Bearer realm="drover"' : 'Bearer realm="drover", error="invalid_token"',
      );
      described(target, 'get', response);
    }
  });

  test('with the scope read nothing is changed', async () => {
    await world.putTarget(aTarget());
    const before = await stored();
    const response = await world.call('POST', `${at}/hold`, {
      token: await world.newToken('read'),
      body: { reason: 'x' },
    });
    described(`${target}/hold`, 'post', response);
    expect([response.status, response.headers['www-authenticate']]).toEqual([
      403,
      'Bearer realm="drover", error="insufficient_scope", scope="operate"',
    ]);
    expect(await stored()).toEqual(before);
  });

  test('no token is kept as it is', async () => {
    const [, id = '', secret = ''] = token.split('_');
    const kept = await world.services.findToken(id);
    expect(kept).toMatchObject({ scope: 'operate', name: 'operate of CI' });
    expect(JSON.stringify(kept)).not.toContain(secret);
  });
});

describe('what a body may be', () => {
  test.each<[string, { body?: unknown; raw?: string; headers?: Record<string, string> }, number, string | undefined]>([
    ['an unknown key', { body: { reason: 'x', until: 'friday' } }, 400, 'until'],
    ['no reason', { body: {} }, 400, 'reason'],
    ['a blank reason', { body: { reason: ' ' } }, 400, 'reason'],
    ['a number that is none', { body: { reason: 'x', holds: -1 } }, 400, 'holds'],
    ['a list', { body: [] }, 400, undefined],
    ['no JSON', { raw: '{' }, 400, undefined],
    ['a form', { raw: 'reason=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, undefined],
    ['too much', { body: { reason: 'x'.repeat(20_000) } }, 413, undefined],
  ])('%s', async (_, how, status, parameter) => {
    const response = await world.call('POST', `${at}/hold`, { token, ...how });
    described(`${target}/hold`, 'post', response);
    expect([response.status, JSON.parse(response.body).parameter]).toEqual([status, parameter]);
    expect(await stored()).toBeUndefined();
  });
});

describe('a look that is asked for', () => {
  test('is owed by the target, and refused while something rolls out', async () => {
    await world.putTarget(aTarget());
    const answer = await post(`${at}/check`);
    expect(answer.status).toBe(202);
    described(checking, 'post', answer);
    const kept = await world.store.read(targetKey('shop', 'production'));
    expect(kept?.pending.map(({ effect }) => effect.kind)).toEqual(['check']);
    expect((await post(`${at}/check`, { number: 1 })).status).toBe(400);
    expect((await post('/targets/shop/nowhere/check')).status).toBe(404);
  });
});
