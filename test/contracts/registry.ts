// Over 150 lines: one contract, one place to see what is asked of a registry.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../../local/registry/names.ts';
import { errorCode, imageManifest, pushBlob, pushImage, tagList } from './push-image.ts';

export type StartedRegistry = { url: string; close: () => Promise<void> };

const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';
const ociIndex = 'application/vnd.oci.image.index.v1+json';

/** What any registry of https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md answers, as far as builds and clusters need it. */
export function registryContract(name: string, start: () => Promise<StartedRegistry>): void {
  describe(`registry: ${name}`, () => {
    let registry: StartedRegistry;
    let url: string;
    beforeAll(async () => {
      registry = await start();
      url = registry.url;
    });
    afterAll(() => registry.close());

    const beginUpload = async (repository: string, query = '') => {
      const answer = await fetch(`${url}/v2/${repository}/blobs/uploads/${query}`, { method: 'POST' });
      return { status: answer.status, location: new URL(answer.headers.get('location') ?? '', url) };
    };

    test('says that it is a registry', async () => {
      const answer = await fetch(`${url}/v2/`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('docker-distribution-api-version')).toBe('registry/2.0');
    });

    test('a blob in chunks: POST, PATCH, PATCH, PUT', async () => {
      const content = Buffer.from('one and two');
      const { status, location } = await beginUpload('chunks/app');
      expect(status).toBe(202);
      const patch = (at: URL, part: Buffer, from: number) =>
        fetch(at, {
          method: 'PATCH',
          body: new Uint8Array(part),
          headers: { 'content-range': `${from}-${from + part.length - 1}`, 'content-type': 'application/octet-stream' },
        });
      const first = await patch(location, content.subarray(0, 4), 0);
      expect(first.status).toBe(202);
      expect(first.headers.get('range')).toBe('0-3');
      const second = new URL(first.headers.get('location') ?? '', url);
      const third = await patch(second, content.subarray(4), 4);
      const end = new URL(third.headers.get('location') ?? '', url);
      end.searchParams.set('digest', digestOf(content));
      const put = await fetch(end, { method: 'PUT' });
      expect(put.status).toBe(201);
      expect(put.headers.get('docker-content-digest')).toBe(digestOf(content));
      const got = await fetch(new URL(put.headers.get('location') ?? '', url));
      expect(Buffer.from(await got.arrayBuffer())).toEqual(content);
    });

    test('a blob whose content is not its digest is refused and not kept', async () => {
      const { location } = await beginUpload('mismatch/app');
      const wrong = digestOf(Buffer.from('something else'));
      location.searchParams.set('digest', wrong);
      const put = await fetch(location, { method: 'PUT', body: 'this' });
      expect(put.status).toBe(400);
      expect(await errorCode(put)).toBe('DIGEST_INVALID');
      expect((await fetch(`${url}/v2/mismatch/app/blobs/${wrong}`)).status).toBe(404);
    });

    test('blobs: HEAD, GET, a range, and what is not there', async () => {
      const content = Buffer.from('0123456789');
      const digest = await pushBlob(url, 'ranges/app', content);
      const at = `${url}/v2/ranges/app/blobs/${digest}`;
      const head = await fetch(at, { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length')]).toEqual([200, '10']);
      const part = await fetch(at, { headers: { range: 'bytes=2-4' } });
      expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-4/10', '234']);
      expect(await (await fetch(at, { headers: { range: 'bytes=-3' } })).text()).toBe('789');
      const missing = await fetch(`${url}/v2/ranges/app/blobs/${digestOf(Buffer.from('none'))}`);
      expect([missing.status, await errorCode(missing)]).toEqual([404, 'BLOB_UNKNOWN']);
    });

    test('a blob is mounted from another repository, or uploaded where it is not there', async () => {
      const digest = await pushBlob(url, 'mount/from', Buffer.from('shared'));
      expect((await beginUpload('mount/to', `?mount=${digest}&from=mount/from`)).status).toBe(201);
      expect((await fetch(`${url}/v2/mount/to/blobs/${digest}`, { method: 'HEAD' })).status).toBe(200);
      const absent = digestOf(Buffer.from('absent'));
      expect((await beginUpload('mount/to', `?mount=${absent}&from=mount/from`)).status).toBe(202);
      expect((await fetch(`${url}/v2/mount/other/blobs/${digest}`)).status).toBe(404);
    });

    test('an image by tag and by digest, with its media type and its very bytes', async () => {
      const { digest, bytes, mediaType } = await pushImage(url, 'image/app', 'v1', 'content of the layer');
      for (const reference of ['v1', digest]) {
        const got = await fetch(`${url}/v2/image/app/manifests/${reference}`, { headers: { accept: mediaType } });
        expect(got.headers.get('content-type')).toBe(mediaType);
        expect(got.headers.get('docker-content-digest')).toBe(digest);
        expect(Buffer.from(await got.arrayBuffer())).toEqual(bytes);
      }
      const head = await fetch(`${url}/v2/image/app/manifests/v1`, { method: 'HEAD', headers: { accept: mediaType } });
      expect(head.headers.get('docker-content-digest')).toBe(digest);
      const missing = await fetch(`${url}/v2/image/app/manifests/v9`, { headers: { accept: mediaType } });
      expect([missing.status, await errorCode(missing)]).toEqual([404, 'MANIFEST_UNKNOWN']);
    });

    test("docker's media type and an OCI index", async () => {
      const docker = await pushImage(url, 'index/app', 'docker', 'a', dockerManifest);
      const { digest, bytes } = await pushImage(url, 'index/app', 'part', 'b');
      const index = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: ociIndex,
          manifests: [
            {
              mediaType: 'application/vnd.oci.image.manifest.v1+json',
              digest,
              size: bytes.length,
              platform: { os: 'linux', architecture: 'arm64' },
            },
          ],
        }),
      );
      const headers = { 'content-type': ociIndex };
      const put = await fetch(`${url}/v2/index/app/manifests/all`, { method: 'PUT', body: index, headers });
      expect([put.status, put.headers.get('docker-content-digest')]).toEqual([201, digestOf(index)]);
      const types = await Promise.all(
        ['all', 'docker'].map(async (tag) => {
          const accept = `${ociIndex}, ${dockerManifest}`;
          return (await fetch(`${url}/v2/index/app/manifests/${tag}`, { headers: { accept } })).headers.get(
            'content-type',
          );
        }),
      );
      expect(types).toEqual([ociIndex, dockerManifest]);
      expect(docker.digest).toMatch(/^sha256:/);
    });

    test('a manifest whose layer is not there is refused, and so is one that is not what its digest says', async () => {
      const { bytes, mediaType } = imageManifest(Buffer.from('{}'), Buffer.from('never pushed'));
      const put = (reference: string, body: Buffer) =>
        fetch(`${url}/v2/refused/app/manifests/${reference}`, {
          method: 'PUT',
          body: new Uint8Array(body),
          headers: { 'content-type': mediaType },
        });
      await pushBlob(url, 'refused/app', Buffer.from('{}'));
      const missing = await put('v1', bytes);
      expect([missing.status, await errorCode(missing)]).toEqual([400, 'MANIFEST_BLOB_UNKNOWN']);
      const pushed = await pushImage(url, 'refused/app', 'v2', 'layer');
      const other = await put(digestOf(Buffer.from('other')), pushed.bytes);
      expect([other.status, await errorCode(other)]).toEqual([400, 'DIGEST_INVALID']);
      const nonsense = await put('v3', Buffer.from('not json'));
      expect([nonsense.status, await errorCode(nonsense)]).toEqual([400, 'MANIFEST_INVALID']);
    });

    test('tags are listed', async () => {
      for (const tag of ['b', 'c', 'a']) await pushImage(url, 'tags/app', tag, 'same');
      const all = await tagList(await fetch(`${url}/v2/tags/app/tags/list`));
      expect(all.sort()).toEqual(['a', 'b', 'c']);
      const missing = await fetch(`${url}/v2/tags/none/tags/list`);
      expect([missing.status, await errorCode(missing)]).toEqual([404, 'NAME_UNKNOWN']);
    });

    test('the same image pushed again, under the same and another tag', async () => {
      const first = await pushImage(url, 'again/app', 'one', 'same');
      expect((await pushImage(url, 'again/app', 'one', 'same')).digest).toBe(first.digest);
      expect((await pushImage(url, 'again/app', 'two', 'same')).digest).toBe(first.digest);
    });
  });
}
