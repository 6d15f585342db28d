import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyConfig, manifestOf } from '../../lib/build/cache/artifact.ts';
import { digestOf } from '../../lib/image/digest.ts';
import { repositoryAt } from '../../lib/image/registry-client.ts';
import { startRegistry } from '../../local/registry/registry.ts';
import { newFolder } from '../codebuild/git-repository.ts';

let place: ReturnType<typeof newFolder>;
let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  place = newFolder();
  registry = await startRegistry({
    port: 0,
    folder: place.folder,
    now: Date.now,
    immutable: true,
    mutableTags: ['cache-*'],
  });
});
afterAll(async () => {
  await registry.close();
  place.remove();
});

test('an excluded tag moves and takes along what nothing else names; any other tag stays', async () => {
  const to = repositoryAt(registry.host, 'drover/app', fetch, async () => undefined);
  const artifact = async (text: string) => {
    const bytes = Buffer.from(text);
    await to.upload({ digest: digestOf(bytes), bytes });
    await to.upload(emptyConfig);
    return manifestOf({ packing: 'gzip', digest: digestOf(bytes), size: bytes.length });
  };
  const [one, two] = [await artifact('one'), await artifact('two')];
  for (const tag of ['cache-a', 'cache-b', 'release']) expect((await to.putManifest(tag, one)).status).toBe(201);
  expect((await to.putManifest('release', two)).status).toBe(400);
  expect((await to.putManifest('xcache-a', one)).status).toBe(201);
  expect((await to.putManifest('xcache-a', two)).status).toBe(400);
  expect((await to.putManifest('cache-a', two)).status).toBe(201);
  // `one` has tags still.
  expect(registry.store.digests('drover/app')).toHaveLength(2);
  const three = await artifact('three');
  expect((await to.putManifest('cache-a', three)).status).toBe(201);
  expect(registry.store.digests('drover/app')).toEqual([digestOf(one), digestOf(three)].sort());
  expect([await to.has(digestOf(Buffer.from('one'))), await to.has(digestOf(Buffer.from('two')))]).toEqual([
    true,
    false,
  ]);
  expect(await to.has(emptyConfig.digest)).toBe(true);
});
