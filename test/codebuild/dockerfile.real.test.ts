import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newCodebaseFiles } from '../../lib/template/template.ts';
import { testFolder } from '../disk/folder.ts';
import { localBaseMissing, pushLocalBase } from '../real/base/local-base.ts';
import { buildkitFolder, buildkitMissing, startBuildkit } from '../real/engines/buildkit.ts';
import { type DockerRegistry, dockerRegistryMissing, startDockerRegistry } from '../real/engines/docker-registry.ts';
import { dockerdMissing, startDockerd } from '../real/engines/dockerd.ts';
import { withEngine } from '../real/engines/with-engine.ts';
import type { GitRepository } from './git-repository.ts';
import { startRecipes } from './recipe-service.ts';
import { layersOf, programIn, type Spoilt, spoilCache } from './registry-content.ts';

type Files = Record<string, string>;
/** The same files at the same time are the same commit. */
type Commit = { files: Files; seconds?: number };
type Builder = Awaited<ReturnType<typeof startBuildkit>>;

const missing = buildkitMissing() ?? dockerdMissing() ?? dockerRegistryMissing() ?? localBaseMissing();

withEngine('the recipe for a Dockerfile', missing, () => {
  let registry: DockerRegistry;
  let base: string;
  beforeAll(async () => {
    registry = await startDockerRegistry();
    base = await pushLocalBase(new URL(registry.url).host);
  });
  afterAll(() => registry.close());

  /** The recipe as the builder of this address runs it; the registry outlives it. */
  const recipesOn = ({ address, programs }: Pick<Builder, 'address' | 'programs'>) =>
    startRecipes({
      registry: { url: registry.url, close: async () => {} },
      environment: { BUILDKIT_HOST: address, PATH: `${programs}:${process.env.PATH}` },
    });

  /** Builds commit after commit, each on a builder that has nothing, as on AWS; or all on the one that is given. */
  async function builds(name: string, commits: Commit[], stays?: Builder) {
    const results = [];
    for (const { files, seconds = 1_767_323_045 } of commits) {
      const builder = stays ?? (await startBuildkit());
      const recipes = await recipesOn(builder);
      try {
        const { repository, build } = recipes.codebase(name, 'dockerfile');
        repository.commit(files);
        const commit = amended(repository, seconds);
        const { done, exported } = await build(commit);
        results.push({ commit, status: done.buildStatus, exported, log: recipes.lines.join('\n') });
      } finally {
        await recipes.close();
        if (!stays) await builder.close();
      }
    }
    return results;
  }

  /** What the image at a commit's tag prints: its program is the last file that its Dockerfile added. */
  async function prints(name: string, commit: string): Promise<string> {
    const [stamp, added] = (await layersOf(registry, name, commit)).toReversed();
    expect([stamp, added]).not.toContain(undefined);
    return execFileSync('sh', { input: programIn(registry, added ?? ''), encoding: 'utf8' }).trim();
  }

  /** Compiled by make, which goes by times; what make made stays in a cache mount, as the classic trick has it. */
  const compiled = (word: string, notes = ''): Files => ({
    Dockerfile: [
      `FROM ${base} AS build`,
      'WORKDIR /source',
      'COPY word Makefile ./',
      'COPY notes ./',
      'RUN --mount=type=cache,target=/out make && cp /out/program /program',
      `FROM ${base}`,
      'COPY --from=build /program /program',
      'USER 65532',
      'ENTRYPOINT ["/program"]',
      '',
    ].join('\n'),
    Makefile: '/out/program: word\n\tprintf "#!/bin/sh\\necho %s\\n" "$$(cat word)" > $@\n\tchmod +x $@\n',
    word,
    notes: `notes ${notes}`,
  });

  test('fresh builders, a cache in the registry: A, B and A again are each the right program, A twice the same image', async () => {
    const [a, b, back, again] = await builds('fresh', [
      { files: compiled('A') },
      { files: compiled('B'), seconds: 1_767_400_000 },
      { files: compiled('A', 'two'), seconds: 1_767_500_000 },
      { files: compiled('A', 'two'), seconds: 1_767_500_000 },
    ]);

    expect([a, b, back, again].map((one) => one?.exported.DROVER_REASON)).toEqual(Array(4).fill(undefined));
    expect(a?.exported.DROVER_CACHE).toBe('cold: there is no cache yet');
    expect([b, back, again].map((one) => one?.exported.DROVER_CACHE)).toEqual(Array(3).fill('hit'));
    // The commit's time is not told to the Dockerfile: else every WORKDIR, and all after it, would be made anew.
    expect(b?.log).toMatch(/#(\d+) \[build 2\/5\] WORKDIR \/source\n#\1 (CACHED|sha256:|extracting )/);
    expect(await Promise.all([a, b, back, again].map((one) => prints('fresh', one?.commit ?? '')))).toEqual([
      'A',
      'B',
      'A',
      'A',
    ]);
    expect(again?.exported.DROVER_DIGEST).toBe(back?.exported.DROVER_DIGEST);
  });

  test('the template of a new codebase passes, on this base instead of the public one', async () => {
    const { Dockerfile = '', ...rest } = newCodebaseFiles('dockerfile', 'fresh-start');
    const files = { ...rest, Dockerfile: Dockerfile.replace(/^FROM \S+\/node:\S+/m, `FROM ${base}`) };
    expect(files.Dockerfile).toContain(`FROM ${base} AS source`);
    const [first, again] = await builds('fresh-start', [{ files }, { files }]);
    expect([first?.exported.DROVER_REASON, first?.status], first?.log).toEqual([undefined, 'SUCCEEDED']);
    expect(first?.log).toContain('says which commit it is');
    expect(again?.exported.DROVER_DIGEST).toBe(first?.exported.DROVER_DIGEST);
  });

  test('a builder that stays: the classic trick ships B for A, the recipe A', async () => {
    const builder = await startBuildkit();
    try {
      const files = [compiled('A'), compiled('B'), compiled('A', 'two')];
      const classic = files.map((one) => classicBuild(builder, one));
      expect(classic).toEqual(['A', 'B', 'B']);

      const recipe = await builds(
        'stays',
        files.map((one) => ({ files: one })),
        builder,
      );
      const printed = [];
      for (const { commit } of recipe) printed.push(await prints('stays', commit));
      expect(printed).toEqual(['A', 'B', 'A']);
    } finally {
      await builder.close();
    }
  });

  /** As Docker's documentation shows it: one builder, one cache mount, whatever the commit. */
  function classicBuild({ address, programs }: Builder, files: Files): string {
    const folder = testFolder();
    for (const [path, content] of Object.entries(files)) writeFileSync(join(folder, path), content);
    const words = ['build', '--frontend', 'dockerfile.v0', '--local', 'context=.', '--local', 'dockerfile=.'];
    execFileSync(join(programs, 'buildctl'), [...words, '--opt', 'target=build', '--output', 'type=local,dest=out'], {
      cwd: folder,
      env: { ...process.env, BUILDKIT_HOST: address },
      stdio: 'pipe',
    });
    return execFileSync('sh', [join(folder, 'out/program')], { encoding: 'utf8' }).trim();
  }

  const simple = (a: string): Files => ({
    Dockerfile: [
      'FROM scratch AS made',
      'COPY b /made',
      'FROM scratch',
      'WORKDIR /x',
      'COPY --from=made /made /made',
      'COPY a /program',
      'USER 65532',
      'CMD ["/made"]',
      '',
    ].join('\n'),
    a: `echo ${a}`,
    b: 'made',
  });

  test.each<[string, Spoilt]>([
    ['layers that are not what their digests say', 'layers'],
    ['an image in its place', 'image'],
    ['a config that is no cache', 'config'],
  ])('a cache with %s: the right image all the same', async (_, what) => {
    const name = `spoilt-${what}`;
    const [first] = await builds(name, [{ files: simple('one') }]);
    await spoilCache(registry, name, what, first?.commit ?? '');
    const [second] = await builds(name, [{ files: simple('two') }]);

    expect(second?.status, second?.log.slice(-3_000)).toBe('SUCCEEDED');
    expect(second?.exported.DROVER_CACHE).toMatch(/^cold: /);
    expect(await prints(name, second?.commit ?? '')).toBe('two');
  });

  test("by Docker's buildx, as on AWS: test stage, cache and image are the same", async () => {
    const [builder, engine] = [await startBuildkit(), await startDockerd()];
    const config = testFolder();
    mkdirSync(join(config, 'cli-plugins'));
    symlinkSync(join(builder.programs, 'docker-buildx'), join(config, 'cli-plugins/docker-buildx'));
    const environment = { DOCKER_HOST: engine.address, DOCKER_CONFIG: config };
    // The builder that the recipe would start in a container; no image of one is to be had here.
    const words = ['buildx', 'create', '--name', 'drover', '--driver', 'remote', builder.address];
    execFileSync('docker', words, { env: { ...process.env, ...environment }, stdio: 'pipe' });
    const recipes = await startRecipes({ registry: { url: registry.url, close: async () => {} }, environment });
    try {
      const { repository, build } = recipes.codebase('buildx', 'dockerfile', undefined, { DROVER_BINARY: 'last' });
      const stages = simple('one').Dockerfile?.replace(
        'FROM scratch\n',
        'FROM scratch AS test\nCOPY b /\nFROM scratch AS last\n',
      );
      const first = await build(repository.commit({ ...simple('one'), Dockerfile: stages ?? '' }));
      expect(first.exported.DROVER_REASON, recipes.lines.slice(-60).join('\n')).toBeUndefined();
      const second = await build(repository.commit({ a: 'echo two' }));
      expect(second.exported.DROVER_CACHE).toBe('hit');
      const bad = await build(
        repository.commit({ Dockerfile: 'FROM scratch AS last\nCOPY none /\nUSER 1\nCMD ["/a"]\n' }),
      );
      expect(bad.exported.DROVER_REASON).toBe(
        'build: Dockerfile:2: /none is not in the repository, or .dockerignore leaves it out',
      );
      const unchecked = await build(repository.commit({ Dockerfile: 'FROM scratch AS last\nUSER 1\nCMD a\n' }));
      expect(unchecked.exported.DROVER_REASON).toMatch(/^check: Dockerfile:3: JSON arguments recommended/);
    } finally {
      await recipes.close();
      await Promise.all([builder.close(), engine.close()]);
    }
  });

  const runs = 'USER 65532\nCMD ["/a"]\n';
  const bad: Bad[] = [
    { what: 'no Dockerfile', dockerfile: undefined, reason: 'install: there is no Dockerfile' },
    {
      what: 'a path that is not there',
      dockerfile: '',
      said: { DROVER_PACKAGE: './shop' },
      reason: 'install: there is no shop',
    },
    {
      what: 'a line that is no instruction',
      dockerfile: 'FROM scratch\nCOPPY a /\n',
      reason: 'install: dockerfile parse error on line 2',
    },
    {
      what: 'a frontend that cannot be fetched',
      dockerfile: `# syntax=127.0.0.1:1/frontend:1\nFROM scratch\n${runs}`,
      reason: 'install: Dockerfile:1: 127.0.0.1:1/frontend:1 of “# syntax=” cannot be fetched',
    },
    {
      what: 'no such stage',
      dockerfile: `FROM scratch AS one\nFROM one AS two\n${runs}`,
      said: { DROVER_BINARY: 'three' },
      reason: 'install: there is no stage three in Dockerfile: there is one, two',
    },
    {
      what: 'what the checks find',
      dockerfile: 'FROM scratch AS A\nUSER 1\nCMD a\n',
      reason: "check: Dockerfile:1: Stage name 'A' should be lowercase",
    },
    {
      what: 'a base that does not exist',
      dockerfile: `FROM {registry}/none:1\n${runs}`,
      reason: /^build: Dockerfile:1: the base image 127\.0\.0\.1:\d+\/none:1 does not exist$/,
    },
    {
      what: 'a COPY of what is ignored',
      dockerfile: `FROM scratch\nCOPY a /a\n${runs}`,
      ignored: 'a',
      reason: /^check: Dockerfile:2: .*\.dockerignore.* \(CopyIgnoredFile\)/,
    },
    {
      what: 'a COPY of nothing',
      dockerfile: `FROM scratch\nCOPY b /a\n${runs}`,
      reason: 'build: Dockerfile:2: /b is not in the repository, or .dockerignore leaves it out',
    },
    {
      what: 'a test stage that fails',
      dockerfile: `FROM {base} AS test\nRUN echo "error: sums"; exit 3\nFROM scratch\n${runs}`,
      reason: /^test: Dockerfile:2: “echo .*” ended with 3: error: sums$/,
    },
    {
      what: 'no user',
      dockerfile: 'FROM scratch\nCOPY a /a\nCMD ["/a"]\n',
      reason: 'image: the Dockerfile says no USER, so it would run as root',
    },
    {
      what: 'nothing to run',
      dockerfile: 'FROM scratch\nCOPY a /a\nUSER 1\n',
      reason: 'image: the Dockerfile says neither ENTRYPOINT nor CMD',
    },
    {
      what: 'two platforms',
      dockerfile: `FROM scratch\n${runs}`,
      said: { DROVER_PLATFORMS: 'linux/arm64 linux/amd64' },
      reason: 'install: a Dockerfile is built for one platform',
    },
  ];

  describe('ends in one plain line, and nothing is pushed', () => {
    let builder: Builder;
    let recipes: Awaited<ReturnType<typeof recipesOn>>;
    beforeAll(async () => {
      builder = await startBuildkit();
      recipes = await recipesOn(builder);
    });
    afterAll(async () => {
      await recipes.close();
      await builder.close();
    });

    test.each(bad)('$what', async ({ what, dockerfile, said, ignored, reason }) => {
      const name = what.replaceAll(' ', '-').toLowerCase();
      const { repository, build } = recipes.codebase(name, 'dockerfile', undefined, said);
      const text = dockerfile?.replace('{registry}', recipes.registry.host).replace('{base}', base);
      const commit = repository.commit({
        a: 'a',
        ...(text === undefined ? {} : { Dockerfile: text }),
        ...(ignored === undefined ? {} : { '.dockerignore': ignored }),
      });

      const { done, exported } = await build(commit);

      expect(done.buildStatus).toBe('FAILED');
      if (typeof reason === 'string') expect(exported.DROVER_REASON).toContain(reason);
      else expect(exported.DROVER_REASON).toMatch(reason);
      expect(await recipes.imageAt(name, commit)).toBeUndefined();
    });
  });

  test('no BuildKit: one plain line', async () => {
    const recipes = await recipesOn({ address: 'unix:///nowhere/buildkitd.sock', programs: buildkitFolder() });
    try {
      const { repository, build } = recipes.codebase('no-builder', 'dockerfile');
      const { exported } = await build(repository.commit({ Dockerfile: `FROM scratch\n${runs}` }));
      expect(exported.DROVER_REASON).toBe('install: BuildKit does not answer at unix:///nowhere/buildkitd.sock');
    } finally {
      await recipes.close();
    }
  });
});

type Bad = {
  what: string;
  dockerfile: string | undefined;
  said?: Record<string, string>;
  ignored?: string;
  reason: string | RegExp;
};

/** The last commit with another time; git takes it from its environment alone. */
function amended({ folder, git }: GitRepository, seconds: number): string {
  const env = { ...process.env, GIT_COMMITTER_DATE: `${seconds} +0000` };
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  execFileSync('git', [...who, 'commit', '--quiet', '--amend', '--no-edit', '--allow-empty'], { cwd: folder, env });
  return git('rev-parse', 'HEAD');
}
