import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { writeRecipes } from '../../infra/recipes.ts';
import { digestOf } from '../../lib/image/digest.ts';

export type PushService = { host: string; close: () => Promise<void> };

const commit = 'a1'.repeat(20);
const Manifest = z.object({
  config: z.object({ digest: z.string() }),
  layers: z.array(z.object({ digest: z.string(), mediaType: z.string() })),
});

const Index = z.object({
  manifests: z.array(z.object({ digest: z.string(), platform: z.object({ architecture: z.string() }) })),
});

/** The bundled command against a registry: what it pushes is whole, the same each time, and never moves. */
export function imagePushContract(name: string, start: () => Promise<PushService>): void {
  describe(`the image command on ${name}`, () => {
    let service: PushService;
    const folder = mkdtempSync(join(tmpdir(), 'drover-push-'));
    const app = join(folder, 'app');
    beforeAll(async () => {
      service = await start();
      await writeRecipes(join(folder, 'recipes'));
      mkdirSync(join(app, 'lib'), { recursive: true });
      writeFileSync(join(app, 'server.js'), 'console.log(1)\n');
      writeFileSync(join(app, 'lib/a.js'), 'x'.repeat(100_000));
      symlinkSync('../server.js', join(app, 'lib/link.js'));
    });
    afterAll(async () => {
      await service.close();
      rmSync(folder, { recursive: true, force: true });
    });

    function push(codebase: string, ...more: string[]) {
      const standard = ['--folder', app, '--codebase', codebase, '--commit', commit, '--created', '1767323045'];
      const words = [
        join(folder, 'recipes/image.mjs'),
        ...standard,
        '--entrypoint',
        '["node","server.js"]',
        ...(more.includes('--platform') ? [] : ['--platform', 'linux/amd64']),
        ...more,
      ];
      return new Promise<{ code: number; digest: string; said: string }>((resolve) => {
        const env = { PATH: process.env.PATH ?? '', DROVER_REGISTRY: service.host };
        const child = execFile(process.execPath, words, { env }, (_, stdout, stderr) => {
          resolve({ code: child.exitCode ?? 1, digest: stdout.trim(), said: stderr.trim() });
        });
      });
    }
    const get = (path: string) =>
      fetch(`http://${service.host}/v2/drover/${path}`, {
        headers: { accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json' },
      });
    async function manifestOf(codebase: string, reference: string) {
      const bytes = Buffer.from(await (await get(`${codebase}/manifests/${reference}`)).arrayBuffer());
      return { digest: digestOf(bytes), manifest: Manifest.parse(JSON.parse(bytes.toString())) };
    }

    test('what it tags is whole, and is what it says', async () => {
      const pushed = await push('shop');
      expect(pushed).toMatchObject({ code: 0 });
      const { digest, manifest } = await manifestOf('shop', commit);
      expect(digest).toBe(pushed.digest);
      for (const blob of [manifest.config.digest, ...manifest.layers.map((layer) => layer.digest)])
        expect(digestOf(Buffer.from(await (await get(`shop/blobs/${blob}`)).arrayBuffer()))).toBe(blob);
    });

    test('the same folder again, with other times, is the same digest and no second push', async () => {
      utimesSync(join(app, 'server.js'), 1, 1);
      const again = await push('shop');
      expect(again).toMatchObject({ code: 0, digest: (await manifestOf('shop', commit)).digest });
      expect(again.said).toContain('was there already');
    });

    test('a tag that exists with another digest is refused in one line that names both, and stays', async () => {
      const before = (await manifestOf('shop', commit)).digest;
      const other = await push('shop', '--env', 'OTHER=1');
      expect(other.code).toBe(1);
      expect(other.digest).toBe('');
      expect(other.said).toMatch(
        new RegExp(
          `^image: drover/shop:${commit} exists with ${before}, this build made sha256:[0-9a-f]{64}: a tag never moves$`,
        ),
      );
      expect((await manifestOf('shop', commit)).digest).toBe(before);
    });

    test('on a base: its layers come first, its environment is kept, and it is named by digest', async () => {
      const base = await manifestOf('shop', commit);
      const pushed = await push('based', '--base', `${service.host}/drover/shop@${base.digest}`);
      expect(pushed.said).toContain('image drover/based@');
      const { manifest } = await manifestOf('based', commit);
      expect(manifest.layers).toHaveLength(2);
      expect(manifest.layers[0]).toEqual(base.manifest.layers[0]);
      const config = await (await get(`based/blobs/${manifest.config.digest}`)).json();
      expect(config).toMatchObject({ config: { Labels: { 'org.opencontainers.image.base.digest': base.digest } } });
    });

    test('of several platforms: an index under the same tags, each part whole and of its commit, the same each time', async () => {
      const both = ['--platform', 'linux/arm64', '--platform', 'linux/amd64'];
      const pushed = await push('both', ...both);
      expect(pushed).toMatchObject({ code: 0 });
      const bytes = Buffer.from(await (await get(`both/manifests/${commit}`)).arrayBuffer());
      expect(digestOf(bytes)).toBe(pushed.digest);
      expect((await get(`both/manifests/candidate-${commit}`)).headers.get('docker-content-digest')).toBe(
        pushed.digest,
      );
      const { manifests } = Index.parse(JSON.parse(bytes.toString()));
      expect(manifests.map(({ platform }) => platform.architecture)).toEqual(['amd64', 'arm64']);
      for (const { digest, platform } of manifests) {
        const part = await manifestOf('both', digest);
        expect(part.digest).toBe(digest);
        const config = await (await get(`both/blobs/${part.manifest.config.digest}`)).json();
        const labels = { 'org.opencontainers.image.revision': commit };
        expect(config).toMatchObject({ architecture: platform.architecture, os: 'linux', config: { Labels: labels } });
      }
      const again = await push('both', '--platform', 'linux/amd64', '--platform', 'linux/arm64');
      expect(again).toMatchObject({
        code: 0,
        digest: pushed.digest,
        said: expect.stringContaining('was there already'),
      });
    });

    test('on a base of several platforms: each stands on its own', async () => {
      const index = Index.parse(await (await get(`both/manifests/${commit}`)).json());
      const both = ['--platform', 'linux/amd64', '--platform', 'linux/arm64'];
      await push('both-based', ...both, '--base', `${service.host}/drover/both:${commit}`);
      const { manifests } = Index.parse(await (await get(`both-based/manifests/${commit}`)).json());
      for (const [at, { digest }] of manifests.entries()) {
        const { manifest } = await manifestOf('both-based', digest);
        const config = await (await get(`both-based/blobs/${manifest.config.digest}`)).json();
        const base = { 'org.opencontainers.image.base.digest': index.manifests[at]?.digest };
        expect(config).toMatchObject({ architecture: ['amd64', 'arm64'][at], config: { Labels: base } });
      }
    });

    test('a base of another platform is one line', async () => {
      const base = `${service.host}/drover/shop:${commit}`;
      const pushed = await push('based-on-other', '--platform', 'linux/arm64', '--base', base);
      expect(pushed.said).toBe(`image: the base image ${base} is for linux/amd64, not for linux/arm64`);
    });

    test('a base that is not there is one line', async () => {
      const pushed = await push('based-on-nothing', '--base', `${service.host}/drover/none:latest`);
      expect(pushed).toMatchObject({
        code: 1,
        said: `image: the base image ${service.host}/drover/none:latest does not exist`,
      });
      expect((await get(`based-on-nothing/manifests/${commit}`)).status).toBe(404);
    });
  });
}
