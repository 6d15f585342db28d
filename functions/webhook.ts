// POST /webhooks/github: a push becomes a release, and its build is started.
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { SSMClient } from '@aws-sdk/client-ssm';
import { codeBuild } from '../lib/build/codebuild.ts';
import { startCore } from '../lib/lambda/core.ts';
import { httpHandler } from '../lib/lambda/http-handler.ts';
import { once } from '../lib/lambda/once.ts';
import { parameters } from '../lib/lambda/parameters.ts';
import { Settings, settings } from '../lib/lambda/settings.ts';
import { startCarrier } from '../lib/release/carriers.ts';
import { receiveDelivery } from '../lib/source/github/delivery.ts';
import { webhookSecrets } from '../lib/source/github/secrets.ts';

const services = once(() => {
  const set = settings(Settings.pick({ DROVER_PARAMETERS: true, DROVER_REGISTRY: true }));
  const { herd, now, log, engine } = startCore();
  const { advance } = engine(
    startCarrier({ herd, builds: codeBuild(new CodeBuildClient(), { registry: set.DROVER_REGISTRY }) }),
  );
  const names = ['github-webhook-secret', 'github-webhook-secret-previous'];
  const secrets = parameters({ client: new SSMClient(), prefix: set.DROVER_PARAMETERS, names, now });
  return { herd, advance, log, ...webhookSecrets(secrets) };
});

export const handler = httpHandler(services, receiveDelivery);
