import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ReleaseAnswer, ReleasesAnswer } from '../../lib/history/answers.ts';
import { cursorOf } from '../../lib/history/cursor.ts';
import type { Release } from '../../lib/release/record.ts';
import { aRelease, aTarget, hour, noon, toldBuild } from '../approval/records.ts';
import { described } from '../history/described.ts';
import { commitOf, type HistoryWorld, historyWorld, type StartEngine } from '../history/history-world.ts';

const day = 24 * hour;
const states = ['built', 'built', 'failed', 'superseded'] as const;

/** 300 releases of two codebases over ten months, one a day, the newest first. */
const releases: Release[] = Array.from({ length: 300 }, (_, number) =>
  aRelease({
    codebase: number % 3 === 0 ? 'till' : 'shop',
    commit: commitOf(number),
    order: 300 - number,
    pushedAt: noon - number * day,
    state: states[number % 4] ?? 'built',
    environments:
      number % 10 === 0 ? { production: { state: 'replaced', at: noon, version: 1, liveAt: noon - number * day } } : {},
  }),
);

/** What the history API reads, over an engine that `start` gives: it must answer the same on every one. */
export function historyContract(name: string, start: StartEngine): void {
  describe(name, () => {
    let world: HistoryWorld;
    let token: string;
    beforeAll(async () => {
      world = await historyWorld(start);
      token = await world.newToken('read');
      // As many at once as the client has sockets for.
      for (let at = 0; at < releases.length; at += 50)
        await Promise.all(releases.slice(at, at + 50).map(world.putRelease));
      for (const codebase of ['till', 'shop'])
        for (const environment of ['staging', 'production']) await world.putTarget(aTarget({ codebase, environment }));
    }, 60_000);
    afterAll(() => world.close());

    const get = (url: string, headers: Record<string, string> = {}) => world.call('GET', url, { token, headers });

    /** Every release of a query, page after page. */
    async function all(query: string): Promise<{ commits: string[]; pages: number }> {
      const commits: string[] = [];
      let cursor = '';
      for (let pages = 1; ; pages++) {
        const response = await get(`/releases?${query}${cursor && `&cursor=${cursor}`}`);
        expect(response.status).toBe(200);
        const page = ReleasesAnswer.parse(JSON.parse(response.body));
        commits.push(...page.releases.map(({ commit }) => commit));
        if (page.next === undefined) return { commits, pages };
        cursor = page.next;
        expect(pages).toBeLessThan(100);
      }
    }
    const commitsOf = (filter: (release: Release, number: number) => boolean) =>
      releases.filter(filter).map(({ commit }) => commit);

    describe('GET /releases', () => {
      test.each<[string, (release: Release) => boolean]>([
        ['limit=100', () => true],
        ['limit=7', () => true],
        ['codebase=till&limit=9', ({ codebase }) => codebase === 'till'],
        ['state=failed', ({ state }) => state === 'failed'],
        [
          'codebase=shop&state=superseded&limit=5',
          ({ codebase, state }) => codebase === 'shop' && state === 'superseded',
        ],
        ['environment=production', ({ environments }) => 'production' in environments],
        ['environment=production&state=replaced&limit=3', ({ environments }) => 'production' in environments],
        ['environment=production&state=live', () => false],
        ['since=2026-10-20', ({ pushedAt }) => pushedAt >= Date.UTC(2026, 9, 20)],
        ['since=2026-09-24T16:00:00%2B00:00&limit=2', ({ pushedAt }) => pushedAt >= Date.UTC(2026, 8, 24, 16)],
        [
          'codebase=shop&since=2026-11-01&limit=4',
          ({ codebase, pushedAt }) => codebase === 'shop' && pushedAt >= Date.UTC(2026, 10, 1),
        ],
        ['codebase=none', () => false],
        ['since=2016-01-01&limit=100', () => true],
      ])('%s: every one that fits, once, the last pushed first', async (query, filter) => {
        const { commits } = await all(query);
        expect(commits).toEqual(commitsOf(filter));
      });

      test('a full page of a codebase is one query, of the herd one for each month that it needs', async () => {
        const count = async (url: string) => {
          const before = world.queries.count;
          await get(url);
          return world.queries.count - before - 1; // less the token's
        };
        expect(await count('/releases?codebase=shop&limit=50')).toBe(1);
        expect(await count('/releases?limit=20')).toBe(1);
        expect(await count('/releases?limit=50')).toBe(2);
        expect(await count('/releases?since=1970-01-01&environment=nowhere')).toBeLessThanOrEqual(13);
      });

      test('a page reads at most 200 keys: it may be empty and have a cursor', async () => {
        const first = ReleasesAnswer.parse(JSON.parse((await get('/releases?environment=nowhere')).body));
        expect(first.releases).toEqual([]);
        expect(first.next).toBeDefined();
      });

      test('a release that does not parse is reported with its key and left out', async () => {
        const Item = {
          pk: { S: 'codebase#odd' },
          sk: { S: `release#${'0'.repeat(40)}` },
          ownerPk: { S: 'releases#odd' },
          ownerSk: { S: `2026-11-23T15:00:00.000Z#${'0'.repeat(40)}` },
          record: { M: { kind: { S: 'release' } } },
        };
        await world.client.send(new PutItemCommand({ TableName: 'drover', Item }));
        const response = await get('/releases?codebase=odd');
        expect([response.status, JSON.parse(response.body)]).toEqual([200, { releases: [] }]);
        expect(world.unreadable).toContain(`codebase#odd release#${'0'.repeat(40)}`);
        expect((await get(`/releases/odd/${'0'.repeat(10)}`)).status).toBe(500);
      });

      test.each([
        ['limit=0', 'limit'],
        ['limit=101', 'limit'],
        ['limit=-1', 'limit'],
        ['limit=ten', 'limit'],
        ['limit=', 'limit'],
        ['since=yesterday', 'since'],
        ['since=2026-13-01', 'since'],
        ['state=live', 'state'],
        ['state=nice', 'state'],
        ['environment=production&state=queued', 'state'],
        ['cursor=abc', 'cursor'],
        ['cursor=', 'cursor'],
        [`cursor=${Buffer.from('{"month":"9999-12"}').toString('base64url')}`, 'cursor'],
        [
          `codebase=shop&cursor=${cursorOf({ pushed: '2026-11-01T00:00:00.000Z', codebase: 'till', commit: commitOf(1) })}`,
          'cursor',
        ],
        [`codebase=shop&cursor=${cursorOf({ month: '2026-10' })}`, 'cursor'],
        ['codebase=', 'codebase'],
        ['codebse=shop', 'codebse'],
      ])('?%s is 400 and names %s', async (query, parameter) => {
        const response = await get(`/releases?${query}`);
        expect(response.status).toBe(400);
        expect(JSON.parse(response.body)).toMatchObject({ type: 'urn:drover:problem:bad-parameter', parameter });
        described('/releases', 'get', response);
      });
    });

    describe('one release', () => {
      test('is found by 7 characters, with all its entries, oldest first, page after page', async () => {
        const commit = commitOf(1);
        const entry = (version: number) => ({
          codebase: 'shop',
          record: version % 2 ? `release#${commit}` : 'target#production',
          version,
          at: noon + version,
          what: 'seen',
          text: `seen ${version}`,
          release: commit,
        });
        for (let at = 1; at <= 230; at += 46)
          await Promise.all(Array.from({ length: 46 }, (_, more) => world.store.putEntry(entry(at + more))));
        const first = await get(`/releases/shop/${commit.slice(0, 7)}`);
        described('/releases/{codebase}/{commit}', 'get', first);
        const Body = z.object({
          release: z.object({ commit: z.string() }),
          entries: z.array(z.object({ version: z.number() })),
          next: z.string().optional(),
        });
        const { release, entries, next } = Body.parse(JSON.parse(first.body));
        expect([release.commit, entries.length]).toEqual([commit, 200]);
        const rest = Body.parse(JSON.parse((await get(`/releases/shop/${commit}?cursor=${next}`)).body));
        expect([...entries, ...rest.entries].map(({ version }) => version)).toEqual(
          Array.from({ length: 230 }, (_, at) => at + 1),
        );
        expect(rest.next).toBeUndefined();
      });

      test('shows what its build told, and the image before it; a list shows only what is short', async () => {
        const put = (day_: number, state: Release['state'], bytes?: number) => {
          const { image: _, ...build } = toldBuild;
          const commit = commitOf(900 + day_);
          const told = bytes === undefined ? build : { ...build, image: { bytes } };
          return world.putRelease(
            aRelease({ codebase: 'weighed', commit, pushedAt: noon + day_ * day, state, build: told }),
          );
        };
        await put(1, 'built', 11_000_000);
        await put(2, 'failed', 99_000_000);
        await put(3, 'built');
        await put(4, 'built', 12_000_000);
        await put(5, 'built', 13_000_000);
        const one = await get(`/releases/weighed/${commitOf(904)}`);
        described('/releases/{codebase}/{commit}', 'get', one);
        const { release, before } = ReleaseAnswer.parse(JSON.parse(one.body));
        const { startedAt: _s, finishedAt: _f, ...told } = toldBuild;
        expect(release.build).toMatchObject({ ...told, image: { bytes: 12_000_000 } });
        expect(before).toEqual({ commit: commitOf(901), bytes: 11_000_000 });
        for (const first of [901, 903]) {
          const { body } = await get(`/releases/weighed/${commitOf(first)}`);
          expect(JSON.parse(body)).not.toHaveProperty('before');
        }
        const list = await get('/releases?codebase=weighed&limit=1');
        described('/releases', 'get', list);
        const [listed] = ReleasesAnswer.parse(JSON.parse(list.body)).releases;
        expect(listed?.build).toMatchObject({ cache: 'hit', image: { bytes: 13_000_000 }, cents: 0.68 });
        expect(listed?.build?.tests).toEqual({ total: 42, failed: 1, skipped: 2 });
        expect(Object.keys(listed?.build ?? {})).not.toEqual(expect.arrayContaining(['steps']));
        expect(listed?.build).not.toHaveProperty('tail');
      });

      test('of a beginning that two have is 409 and lists them', async () => {
        const twins = [`abcdef0${'1'.repeat(33)}`, `abcdef0${'2'.repeat(33)}`];
        for (const commit of twins) await world.putRelease(aRelease({ codebase: 'twin', commit }));
        const response = await get('/releases/twin/abcdef0');
        expect([response.status, JSON.parse(response.body).commits]).toEqual([409, twins]);
        described('/releases/{codebase}/{commit}', 'get', response);
      });

      test.each([
        ['abcdef', 400],
        ['ABCDEF0', 400],
        ['xyzxyzx', 400],
        ['0000000', 404],
        ['%zz', 404],
        ['a'.repeat(41), 400],
      ])('%s is %d', async (commit, status) => {
        expect((await get(`/releases/shop/${commit}`)).status).toBe(status);
      });
    });

    describe('targets', () => {
      test('are listed by name, page after page', async () => {
        const Body = z.object({
          targets: z.array(z.object({ codebase: z.string(), environment: z.string() })),
          next: z.string().optional(),
        });
        const names: string[] = [];
        for (let url: string | undefined = '/targets?limit=3'; url !== undefined; ) {
          const response = await get(url);
          described('/targets', 'get', response);
          const { targets, next } = Body.parse(JSON.parse(response.body));
          names.push(...targets.map(({ codebase, environment }) => `${codebase}/${environment}`));
          url = next && `/targets?limit=3&cursor=${next}`;
        }
        expect(names).toEqual(['shop/production', 'shop/staging', 'till/production', 'till/staging']);
        expect(JSON.parse((await get('/targets?codebase=shop')).body).targets).toHaveLength(2);
      });

      test('one is shown with its last entries, newest first, and nothing that is not public', async () => {
        for (const version of [1, 2, 3])
          await world.store.putEntry({
            codebase: 'till',
            record: 'target#production',
            version,
            at: noon,
            what: 'seen',
            text: 'seen',
          });
        const response = await get('/targets/till/production');
        described('/targets/{codebase}/{environment}', 'get', response);
        const { target, entries } = JSON.parse(response.body);
        expect(entries.map(({ version }: { version: number }) => version)).toEqual([3, 2, 1]);
        expect(target.live.since).toBe('2026-11-21T14:00:00.000Z');
        expect(response.body).not.toMatch(/pending|wake|place|effect/);
        expect((await get('/targets/till/nowhere')).status).toBe(404);
      });
    });

    describe('what every answer does', () => {
      test('a strong ETag, and 304 while it is so', async () => {
        const first = await get('/targets?codebase=shop');
        const etag = first.headers.etag ?? '';
        expect(etag).toMatch(/^"[\w-]{43}"$/);
        expect(first.headers['cache-control']).toBe('private, no-cache');
        for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
          const again = await get('/targets?codebase=shop', { 'if-none-match': known });
          expect([again.status, again.body, again.headers.etag]).toEqual([304, '', etag]);
        }
        expect((await get('/targets?codebase=shop', { 'if-none-match': '"other"' })).status).toBe(200);
      });

      test('HEAD is GET without the body', async () => {
        const { body: _, ...head } = await world.call('HEAD', '/targets', { token });
        expect(head).toMatchObject({ status: 200, headers: { etag: (await get('/targets')).headers.etag } });
      });

      test('405 with Allow, 404, and the description for everybody', async () => {
        const wrong = await world.call('DELETE', '/targets', { token });
        expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET, HEAD']);
        expect((await world.call('GET', '/targets/shop/production/hold', { token })).headers.allow).toBe('POST');
        expect((await get('/nothing')).status).toBe(404);
        const description = await world.call('GET', '/openapi.json');
        expect(JSON.parse(description.body).openapi).toBe('3.1.1');
        expect((await world.call('POST', '/openapi.json')).status).toBe(405);
      });
    });
  });
}
