import { afterAll, describe, expect, it } from 'vitest';
import { github } from '../../lib/source/github/api.ts';
import { startWithPerson } from './person.ts';

const status = 500;
const person = await startWithPerson(() => status);
afterAll(() => person.stop());
const options = { fetch, url: person.github.apiUrl, authorization: async () => 'Bearer of-this-test' };

describe("drover's own client against the local GitHub", () => {
  it('reads the head of a branch; a branch that is gone is told apart from a repository that is not shown', async () => {
    await person.git('push', '--quiet');
    await person.git('push', '--quiet', 'origin', 'main:release/v1');

    const { head } = github(options);
    expect(await head('acme/shop', 'main')).toBe(person.first);
    expect(await head('acme/shop', 'release/v1')).toBe(person.first);
    expect(await head('acme/shop', 'gone')).toBeUndefined();
    await expect(head('acme/none', 'main')).rejects.toMatchObject({ code: 'repository-not-visible', retryable: false });
  });
});

describe("GitHub's refusals", () => {
  const answering = (code: number, headers: Record<string, string> = {}, body = '{}') =>
    github({ ...options, fetch: async () => new Response(body, { status: code, headers }) }).head('acme/shop', 'main');

  it.each([
    [429, { 'retry-after': '7' }, { code: 'github-limit', retryable: true, retryAfter: 7_000 }],
    [403, { 'x-ratelimit-remaining': '0' }, { code: 'github-limit', retryable: true, retryAfter: 60_000 }],
    [403, { 'retry-after': '9999999' }, { code: 'github-limit', retryAfter: 3_600_000 }],
    [403, {}, { code: 'github-refused', retryable: false }],
    [401, {}, { code: 'github-refused', retryable: false }],
    [502, {}, { code: 'github-unavailable', retryable: true }],
    [422, {}, { code: 'github-unexpected', retryable: false }],
  ])('%s with %j', async (code, headers, failure) => {
    await expect(answering(code, headers)).rejects.toMatchObject(failure);
  });

  it('an empty repository has no head; no connection is an outage; an answer of another shape is no commit', async () => {
    expect(await answering(409)).toBeUndefined();
    await expect(answering(200, {}, '{"object":{"sha":"main"}}')).rejects.toThrow();
    const { head } = github({ ...options, fetch: () => Promise.reject(new TypeError('fetch failed')) });
    await expect(head('acme/shop', 'main')).rejects.toMatchObject({ code: 'github-unreachable', retryable: true });
  });
});
