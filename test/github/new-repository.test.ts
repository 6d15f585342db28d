import { rmSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { repositories } from '../../lib/source/github/repositories.ts';
import { startGitHub } from '../../local/github/github.ts';
import { temporaryFolder } from '../disk/folder.ts';

const folder = temporaryFolder();
const options = { port: 0, folder, webhookUrl: 'http://127.0.0.1:9/', secret: 's', now: Date.now, login: 'ann' };
const github = await startGitHub({ ...options, plan: 'team' });
afterAll(async () => {
  await github.close();
  rmSync(folder, { recursive: true, force: true });
});
const as = (authorization?: string) =>
  repositories({ fetch, url: github.apiUrl, authorization: async () => authorization });
const ask = async (method: string, path: string, body: unknown, authorization = 'Bearer t') => {
  const answer = await fetch(`${github.apiUrl}${path}`, {
    method,
    headers: { authorization },
    body: JSON.stringify(body),
  });
  return [answer.status, await answer.json()];
};

it('makes a repository, empty until it is pushed to, and only once', async () => {
  const ours = as('Bearer t');
  expect(await ours.look('acme/shop', 'main')).toBe('absent');
  await ours.create('acme/shop');
  expect(await ours.look('acme/shop', 'main')).toBe('empty');
  await expect(ours.create('acme/shop')).rejects.toMatchObject({
    message: 'GitHub answered 422: Repository creation failed. name already exists on this account',
  });
  await ours.create('ann/own');
  expect(await ours.look('ann/own', 'main')).toBe('empty');
});

it("refuses who does not say who they are, a name that is none, a person's account as an organisation", async () => {
  await expect(as().create('acme/till')).rejects.toMatchObject({ code: 'github-refused', retryable: false });
  expect(await ask('POST', '/orgs/acme/repos', { name: '..' })).toMatchObject([422, { message: expect.any(String) }]);
  expect(await ask('POST', '/orgs/acme/repos', 'no JSON object')).toMatchObject([422, {}]);
  expect((await ask('POST', '/orgs/ann/repos', { name: 'x' }))[0]).toBe(404);
  expect((await ask('DELETE', '/repos/acme/shop', {}))[0]).toBe(404);
});

it('protects a branch that is there, with every key that GitHub wants; on a free account it refuses', async () => {
  await expect(as('Bearer t').protect('acme/shop', 'main')).rejects.toThrow('GitHub answered 404: Branch not found');
  const free = await startGitHub({ ...options, folder: `${folder}/free` });
  await free.createRepository('acme/shop', { branch: 'main' });
  const { protect } = repositories({ fetch, url: free.apiUrl, authorization: async () => 'Bearer t' });
  await expect(protect('acme/shop', 'main')).rejects.toThrow('GitHub refused (403): Upgrade to GitHub Pro or make');
  await free.close();
});
