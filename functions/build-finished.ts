// EventBridge's build events: a finished build moves its release on. The event is a hint; CodeBuild is asked for the truth.
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { ECRClient } from '@aws-sdk/client-ecr';
import { releaseOfEvent } from '../lib/build/build-state-change.ts';
import type { Builds } from '../lib/build/builds.ts';
import { codeBuild } from '../lib/build/codebuild.ts';
import type { Advance } from '../lib/engine/advance.ts';
import { ecrImages } from '../lib/image/ecr.ts';
import { startCore } from '../lib/lambda/core.ts';
import { once } from '../lib/lambda/once.ts';
import { Settings, settings } from '../lib/lambda/settings.ts';
import { releaseCarriers } from '../lib/release/carriers.ts';

export const handler = (event: unknown): Promise<void> => buildFinished(event, services());

type Services = { advance: Pick<Advance, 'release'>; builds: Pick<Builds, 'look'> };

const services = once((): Services => {
  const { DROVER_REGISTRY: registry } = settings(Settings.pick({ DROVER_REGISTRY: true }));
  const { herd, engine } = startCore();
  const builds = codeBuild(new CodeBuildClient(), { registry });
  const images = ecrImages(new ECRClient(), { registry });
  return { builds, advance: engine(releaseCarriers({ herd, builds, images })).advance };
});

/** An event of a build that still runs says nothing new: nothing is asked. */
async function buildFinished(event: unknown, { advance, builds }: Services): Promise<void> {
  const found = releaseOfEvent(event);
  if (found.kind === 'ignored') return;
  const { codebase, commit, buildId } = found;
  const observed = await builds.look(buildId);
  if (observed.kind === 'running') return;
  await advance.release(codebase, commit, { kind: 'build-observed', buildId, observed });
}
