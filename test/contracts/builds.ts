import type { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { BatchGetBuildsCommand, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeBuild } from '../../lib/build/codebuild.ts';
import type { Codebase } from '../../lib/codebase/codebase.ts';

/** A CodeBuild that has a project `drover-shop`, whose builds last until `release` is called, and no project `drover-gone`. */
export type BuildsService = {
  client: CodeBuildClient;
  /** A commit that is in the source. */
  commit: () => string;
  release: () => void;
  close: () => Promise<void>;
};

export const codebaseNamed = (name: string): Codebase => ({
  name,
  language: 'node',
  github: 'https://github.com',
  repository: `acme/${name}`,
  branch: 'main',
  environments: [],
  compute: 'small',
  platforms: ['linux/arm64'],
  buildTimeoutMinutes: 20,
});

/** What drover's `Builds` promises, over a service that speaks CodeBuild's API. `unfaithful`: why cases say nothing there. */
export function buildsContract(name: string, start: () => Promise<BuildsService>, unfaithful?: string): void {
  describe(`builds on ${name}`, () => {
    let service: BuildsService;
    beforeAll(async () => {
      service = await start();
    });
    afterAll(() => service.close());
    const builds = () => codeBuild(service.client, { registry: '127.0.0.1:5000' });
    const shop = codebaseNamed('shop');

    const onFaithful = unfaithful === undefined ? test : test.skip;
    const said = unfaithful === undefined ? '' : ` (not there: ${unfaithful})`;

    onFaithful(`the same start twice is one build, also when the first answer was lost for ever${said}`, async () => {
      const commit = service.commit();
      const first = await builds().start(shop, commit, 1);
      const second = await builds().start(shop, commit, 1);
      expect(first.kind).toBe('started');
      expect(second).toEqual(first);
    });

    onFaithful(`a running build of the commit is adopted, whoever started it${said}`, async () => {
      const commit = service.commit();
      const { build } = await service.client.send(
        new StartBuildCommand({ projectName: 'drover-shop', sourceVersion: commit }),
      );
      expect(await builds().start(shop, commit, 7)).toEqual({ kind: 'started', buildId: build?.id });
    });

    onFaithful(`the build gets what it is about${said}`, async () => {
      const commit = service.commit();
      const started = await builds().start(shop, commit, 3);
      if (started.kind !== 'started') throw new Error(started.reason);
      const { builds: found = [] } = await service.client.send(new BatchGetBuildsCommand({ ids: [started.buildId] }));
      const variables = found[0]?.environment?.environmentVariables?.map(({ name, value }) => [name, value]) ?? [];
      expect(Object.fromEntries(variables)).toMatchObject({
        DROVER_BUILD: `${commit}.3`,
        DROVER_CODEBASE: 'shop',
        DROVER_COMMIT: commit,
        DROVER_REGISTRY: '127.0.0.1:5000',
        DROVER_SOURCE: 'https://github.com/acme/shop',
      });
      expect((await builds().look(started.buildId)).kind).toBe('running');
    });

    test('a start is answered with the build, which then is known', async () => {
      const started = await builds().start(shop, service.commit(), 9);
      if (started.kind !== 'started') throw new Error(started.reason);
      expect(started.buildId).toMatch(/^drover-shop:/);
      expect((await builds().look(started.buildId)).kind).not.toBe('lost');
    });

    test('a project that is not there is refused, but not for good: a deploy may be about to make it', async () => {
      const started = await builds().start(codebaseNamed('gone'), service.commit(), 1);
      expect(started).toMatchObject({ kind: 'refused', permanent: false });
    });

    onFaithful(`a build that is not known is lost${said}`, async () => {
      const observed = await builds().look('drover-shop:00000000-0000-4000-8000-000000000000');
      expect(observed).toMatchObject({ kind: 'lost' });
    });
  });
}
