import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf } from '../../local/registry/names.ts';
import { startRegistry } from '../../local/registry/registry.ts';
import { openStore } from '../../local/registry/store.ts';
import { errorCode, pushBlob, pushImage, tagList } from '../contracts/push-image.ts';
import { registryContract } from '../contracts/registry.ts';
import { temporaryFolder, testFolder } from '../disk/folder.ts';

const now = () => 1_000;

registryContract('ours', async () => {
  const folder = temporaryFolder();
  const registry = await startRegistry({ port: 0, folder, now, immutable: false });
  return {
    url: registry.url,
    close: async () => {
      await registry.close();
      rmSync(folder, { recursive: true });
    },
  };
});

async function started(folder: string, options: { immutable?: boolean; createOnPush?: boolean } = {}) {
  const registry = await startRegistry({ port: 0, folder, now, immutable: true, ...options });
  return { ...registry, [Symbol.asyncDispose]: registry.close };
}

// Not in Debian's docker-registry, which has no immutable tags. The words are ECR's.
test('an immutable tag is not moved; the same image again is fine', async () => {
  await using registry = await started(testFolder());
  const first = await pushImage(registry.url, 'drover/shop', 'v1', 'one');
  await expect(pushImage(registry.url, 'drover/shop', 'v1', 'two')).rejects.toThrow(
    /400: .*TAG_INVALID.*already exists in the 'drover\/shop' repository and cannot be overwritten/,
  );
  expect((await pushImage(registry.url, 'drover/shop', 'v1', 'one')).digest).toBe(first.digest);
});

test('a whole blob in one POST', async () => {
  await using registry = await started(testFolder());
  const body = 'whole';
  const post = (digest: string) =>
    fetch(`${registry.url}/v2/a/blobs/uploads/?digest=${digest}`, { method: 'POST', body });
  expect((await post(digestOf(Buffer.from(body)))).status).toBe(201);
  expect((await post(digestOf(Buffer.from('other')))).status).toBe(400);
});

// docker-registry 2.8 takes a chunk wherever it says that it begins.
test('a chunk that does not begin where the last one ended is 416', async () => {
  await using registry = await started(testFolder());
  const begun = await fetch(`${registry.url}/v2/app/blobs/uploads/`, { method: 'POST' });
  const patch = (body: string, range: string) =>
    fetch(begun.headers.get('location') ?? '', { method: 'PATCH', body, headers: { 'content-range': range } });
  expect((await patch('one', '0-2')).status).toBe(202);
  const answer = await patch('three', '7-11');
  expect([answer.status, answer.headers.get('range')]).toEqual([416, '0-2']);
  expect((await patch('two', '3-5')).headers.get('range')).toBe('0-5');
});

// docker-registry 2.8 gives them in no order.
test('tags come in order, in pages that the Link header names', async () => {
  await using registry = await started(testFolder());
  for (const tag of ['b', 'c', 'a']) await pushImage(registry.url, 'app', tag, 'same');
  const page = await fetch(`${registry.url}/v2/app/tags/list?n=2`);
  expect(await tagList(page)).toEqual(['a', 'b']);
  const next = /<(.*)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1] ?? '';
  const last = await fetch(next);
  expect([await tagList(last), last.headers.get('link')]).toEqual([['c'], null]);
});

test('where a push does not create, an unknown repository is NAME_UNKNOWN', async () => {
  await using registry = await started(testFolder(), { createOnPush: false });
  const answer = await fetch(`${registry.url}/v2/drover/shop/blobs/uploads/`, { method: 'POST' });
  expect([answer.status, await errorCode(answer)]).toEqual([404, 'NAME_UNKNOWN']);
});

test('a later start finds what was pushed, and clears uploads that a kill left', async () => {
  const folder = testFolder();
  let digest = '';
  {
    await using registry = await started(folder);
    digest = (await pushImage(registry.url, 'drover/shop', 'v1', 'kept')).digest;
  }
  writeFileSync(join(folder, 'uploads', 'half'), 'half an upload');
  writeFileSync(join(folder, 'repositories', 'drover', 'shop', '_tags', '.x.part'), 'half a tag');
  await using registry = await started(folder);
  const got = await fetch(`${registry.url}/v2/drover/shop/manifests/v1`);
  expect(got.headers.get('docker-content-digest')).toBe(digest);
  expect(readdirSync(join(folder, 'uploads'))).toEqual([]);
  expect(registry.store.tags('drover/shop')).toEqual(['v1']);
});

test('an upload that is cut off half-way leaves nothing under its digest', async () => {
  await using registry = await started(testFolder());
  const digest = digestOf(Buffer.from('first second'));
  const begun = await fetch(`${registry.url}/v2/app/blobs/uploads/`, { method: 'POST' });
  const cut = new AbortController();
  const body = new ReadableStream({
    pull: (controller) => {
      controller.enqueue(Buffer.from('first '));
      cut.abort();
    },
  });
  const put = fetch(`${begun.headers.get('location')}?digest=${digest}`, {
    method: 'PUT',
    body,
    duplex: 'half',
    signal: cut.signal,
  });
  await expect(put).rejects.toThrow(/abort/);
  expect((await fetch(`${registry.url}/v2/app/blobs/${digest}`)).status).toBe(404);
  expect(await pushBlob(registry.url, 'app', Buffer.from('first second'))).toBe(digest);
});

test('an archived image is known but cannot be pulled', async () => {
  await using registry = await started(testFolder());
  const { digest } = await pushImage(registry.url, 'app', 'v1', 'old');
  registry.store.archive('app', digest, true);
  expect((await fetch(`${registry.url}/v2/app/manifests/v1`)).status).toBe(404);
  expect(registry.store.manifest('app', digest)?.archived).toBe(true);
});

test('repositories within repositories are listed by their full names', () => {
  const store = openStore(testFolder(), now);
  for (const name of ['a/b', 'a', 'c/d/e']) store.createRepository(name, true);
  expect(store.repositories()).toEqual(['a', 'a/b', 'c/d/e']);
});

test('at an address for nodes images can be pulled, and nothing else', async () => {
  const registry = await startRegistry({ port: 0, folder: testFolder(), now, immutable: true, pullAt: '127.0.0.2' });
  try {
    const { digest } = await pushImage(registry.url, 'drover/shop', 'v1', 'one');
    const there = `http://127.0.0.2:${registry.port}`;
    expect((await fetch(`${there}/v2/drover/shop/manifests/${digest}`)).status).toBe(200);
    await expect(pushImage(there, 'drover/shop', 'v2', 'two')).rejects.toThrow('405');
    const tags: unknown = await (await fetch(`${there}/v2/drover/shop/tags/list`)).json();
    expect(tags).toMatchObject({ tags: ['v1'] });
  } finally {
    await registry.close();
  }
});
