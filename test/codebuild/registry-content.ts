import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { digestOf } from '../../lib/image/digest.ts';
import { repositoryAt } from '../../lib/image/registry-client.ts';
import type { DockerRegistry } from '../real/engines/docker-registry.ts';

const Manifest = z.looseObject({
  config: z.looseObject({ digest: z.string() }),
  layers: z.array(z.object({ digest: z.string() })),
});
const cacheTag = `cache-dockerfile-${process.arch === 'arm64' ? 'arm64' : 'amd64'}`;

const repository = ({ url }: DockerRegistry, codebase: string) =>
  repositoryAt(new URL(url).host, `drover/${codebase}`, fetch, async () => undefined);

async function manifestAt(registry: DockerRegistry, codebase: string, tag: string) {
  const found = await repository(registry, codebase).manifest(tag);
  if (!found) throw new Error(`nothing is tagged ${codebase}:${tag}`);
  return { bytes: found.bytes, manifest: Manifest.parse(JSON.parse(found.bytes.toString())) };
}

/** The digests of an image's layers, lowest first. */
export async function layersOf(registry: DockerRegistry, codebase: string, tag: string): Promise<string[]> {
  const { manifest } = await manifestAt(registry, codebase, tag);
  return manifest.layers.map(({ digest }) => digest);
}

/** The file `program` at the top of a layer. */
export const programIn = (registry: DockerRegistry, layer: string): Buffer =>
  execFileSync('tar', ['-xzOf', registry.fileOf(layer), 'program']);

export type Spoilt = 'layers' | 'image' | 'config';

/** Makes a kept cache useless in one of three ways, each of which the registry itself takes. */
export async function spoilCache(
  registry: DockerRegistry,
  codebase: string,
  how: Spoilt,
  commit: string,
): Promise<void> {
  const to = repository(registry, codebase);
  const { manifest } = await manifestAt(registry, codebase, cacheTag);
  // The base's own layers are kept once, for the cache and for the base.
  const base =
    (await repositoryAt(to.host, 'base/debian', fetch, async () => undefined).manifest('1'))?.bytes.toString() ?? '';
  const own = manifest.layers.filter(({ digest }) => !base.includes(digest));
  if (how === 'layers') for (const { digest } of own) writeFileSync(registry.fileOf(digest), 'x'.repeat(200));
  else if (how === 'image') await to.putManifest(cacheTag, (await manifestAt(registry, codebase, commit)).bytes);
  else {
    const bytes = Buffer.from('{"layers":"spoilt"');
    const digest = digestOf(bytes);
    await to.upload({ digest, bytes });
    const config = { ...manifest.config, digest, size: bytes.length };
    const put = await to.putManifest(cacheTag, Buffer.from(JSON.stringify({ ...manifest, config })));
    if (put.status !== 201) throw new Error(put.text);
  }
}
