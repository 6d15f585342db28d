import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartBuildCommand } from '@aws-sdk/client-codebuild';
import { z } from 'zod';
import { writeRecipes } from '../../infra/recipes.ts';
import { digestOf } from '../../lib/image/digest.ts';
import type { Files } from '../../lib/template/files.ts';
import { machineEnvironment } from '../../local/codebuild/build-environment.ts';
import { startRegistry } from '../../local/registry/registry.ts';
import { gitRepository } from './git-repository.ts';
import { ended, exportedOf, service } from './service.ts';

const root = new URL('../..', import.meta.url).pathname;
const Manifest = z.object({
  config: z.object({ digest: z.string(), size: z.number() }),
  layers: z.array(z.object({ digest: z.string(), size: z.number() })),
});
const Config = z.object({ config: z.looseObject({ Entrypoint: z.array(z.string()).default([]) }) });

export type Recipes = Awaited<ReturnType<typeof startRecipes>>;

/** What may stand in another's place: the registry, and what builds see of this machine. */
type Instead = { registry?: Registry; environment?: Record<string, string> };
type Registry = { url: string; close: () => Promise<void> };

/** The real recipes, the local CodeBuild and the local registry, as `npm start` puts them together. */
export async function startRecipes({ registry: other, environment = {} }: Instead = {}) {
  const running = await service({ environment: machineEnvironment({ ...process.env, ...environment }) });
  const { folder, client, codebuild, lines } = running;
  const settings = { port: 0, now: Date.now, immutable: true, mutableTags: ['cache-*'] };
  const registry: Registry = other ?? (await startRegistry({ ...settings, folder: join(folder, 'registry') }));
  const { host } = new URL(registry.url);
  await writeRecipes(join(folder, 'recipes'));

  /** A repository with files, or those of a folder, and its project; `said` is what codebases.yml adds to its variables; `changed`: another recipe. */
  function codebase(
    name: string,
    language: string,
    from?: string | Files,
    said: Record<string, string> = {},
    changed: (recipe: string) => string = (recipe) => recipe,
  ) {
    const repository = gitRepository(join(folder, name), from);
    running.projects.push({
      name: `drover-${name}`,
      source: { location: repository.folder },
      buildspec: changed(readFileSync(join(root, `buildspec/${language}.yml`), 'utf8')),
      secondarySources: [{ sourceIdentifier: 'drover', location: join(folder, 'recipes') }],
      environmentVariables: [
        { name: 'DROVER_BASE', value: 'none' },
        { name: 'DROVER_CODEBASE', value: name },
        { name: 'DROVER_KEEPS_CACHE', value: 'yes' },
        { name: 'DROVER_REGISTRY', value: host },
        ...Object.entries(said).map(([variable, value]) => ({ name: variable, value })),
      ],
    });
    const build = async (commit: string) => {
      const environmentVariablesOverride = [{ name: 'DROVER_COMMIT', value: commit }];
      const projectName = `drover-${name}`;
      const command = new StartBuildCommand({ projectName, sourceVersion: commit, environmentVariablesOverride });
      const done = await ended(client, (await client.send(command)).build?.id ?? '');
      return { done, exported: exportedOf(done), record: codebuild.builds().find(({ id }) => id === done.id) };
    };
    return { repository, build };
  }

  /** An image as it was pushed, or undefined where nothing is tagged so. */
  async function imageAt(name: string, tag: string) {
    const at = (path: string, init?: RequestInit) => fetch(`${registry.url}/v2/drover/${name}/${path}`, init);
    const accept = 'application/vnd.oci.image.manifest.v1+json';
    const answer = await at(`manifests/${tag}`, { headers: { accept } });
    if (!answer.ok) return undefined;
    const bytes = Buffer.from(await answer.arrayBuffer());
    const manifest = Manifest.parse(JSON.parse(bytes.toString()));
    const { config } = Config.parse(await (await at(`blobs/${manifest.config.digest}`)).json());
    const layer = Buffer.from(await (await at(`blobs/${manifest.layers.at(-1)?.digest}`)).arrayBuffer());
    const packed = [manifest.config, ...manifest.layers].reduce((sum, { size }) => sum + size, 0);
    return { digest: digestOf(bytes), config, layer, bytes: packed };
  }

  return {
    folder,
    lines,
    registry: { url: registry.url, host },
    client,
    /** The id of the build that began last. */
    lastBuild: () =>
      codebuild
        .builds()
        .toSorted((a, b) => a.startTime - b.startTime)
        .at(-1)?.id ?? '',
    codebase,
    imageAt,
    close: async () => {
      await registry.close();
      await running.close();
    },
  };
}
