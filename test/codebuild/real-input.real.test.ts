import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localBaseMissing, pushLocalBase } from '../real/base/local-base.ts';
import { buildkitMissing, startBuildkit } from '../real/engines/buildkit.ts';
import { dockerRegistryMissing, startDockerRegistry } from '../real/engines/docker-registry.ts';
import { dockerdMissing, startDockerd } from '../real/engines/dockerd.ts';
import { withEngine } from '../real/engines/with-engine.ts';
import { fetchPackage } from './fetch-package.ts';
import { published } from './published.ts';
import { type Recipes, startRecipes } from './recipe-service.ts';

const missing = buildkitMissing() ?? dockerdMissing() ?? dockerRegistryMissing() ?? localBaseMissing();

/** The registry, the builder of Dockerfiles and the engine that runs the images are none of them drover's. */
withEngine('what others published becomes an image that Docker pulls and runs', missing, () => {
  let engine: Awaited<ReturnType<typeof startDockerd>>;
  let builder: Awaited<ReturnType<typeof startBuildkit>>;
  let recipes: Recipes;
  let base: string;
  beforeAll(async () => {
    const registry = await startDockerRegistry();
    base = await pushLocalBase(new URL(registry.url).host);
    engine = await startDockerd();
    builder = await startBuildkit();
    const environment = { BUILDKIT_HOST: builder.address, PATH: `${builder.programs}:${process.env.PATH}` };
    recipes = await startRecipes({ registry, environment });
  });
  afterAll(async () => {
    await recipes.close();
    await builder.close();
    await engine.close();
  });

  test.each(published)('$name ($language) $what', { timeout: 1_800_000 }, async (program) => {
    const { language, from, name, version, said, files = {}, words, answers } = program;
    const codebase = [name.split('/').at(-1), ...(language === 'dockerfile' ? ['image'] : [])].join('-');
    const source = join(recipes.folder, `source-${codebase}`);
    mkdirSync(source);
    fetchPackage[from](name, version, source);
    for (const [path, text] of Object.entries(files))
      writeFileSync(join(source, path), text.replaceAll('{base}', base));
    // What is interpreted stands on the Debian base, what is compiled on none.
    const stands = language === 'node' || language === 'python' ? { DROVER_BASE: base } : {};
    const { repository, build } = recipes.codebase(codebase, language, source, { ...stands, ...said });
    const commit = repository.commit({});

    const { done, exported } = await build(commit);

    expect(done.buildStatus, `${exported.DROVER_REASON}\n${recipes.lines.slice(-40).join('\n')}`).toBe('SUCCEEDED');
    const image = `${recipes.registry.host}/drover/${codebase}@${exported.DROVER_DIGEST}`;
    expect(engine.docker('pull', '--quiet', image)).toMatchObject({ code: 0 });
    const label = '{{index .Config.Labels "org.opencontainers.image.revision"}}';
    expect(engine.docker('image', 'inspect', '--format', label, image).out.trim()).toBe(commit);
    // Some write their usage to standard error, and end with another status than 0.
    const { out, err } = engine.docker('run', '--rm', '--network', 'none', '--read-only', image, ...words);
    expect(`${out}${err}`.trim()).toMatch(answers);
  });
});
