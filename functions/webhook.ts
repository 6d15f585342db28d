// POST /webhooks/github: a push becomes a release, and its build is started.
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { codeBuild } from '../lib/build/codebuild.ts';
import { startCore } from '../lib/lambda/core.ts';
import { requestOf, resultOf } from '../lib/lambda/http.ts';
import { once } from '../lib/lambda/once.ts';
import { parameters } from '../lib/lambda/parameters.ts';
import { Settings, settings } from '../lib/lambda/settings.ts';
import { startCarrier } from '../lib/release/carriers.ts';
import { type DeliveryServices, receiveDelivery } from '../lib/source/github/delivery.ts';
import { webhookSecrets } from '../lib/source/github/secrets.ts';

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> =>
  resultOf(await receiveDelivery(requestOf(event), services()));

const services = once((): DeliveryServices => {
  const set = settings(Settings.pick({ DROVER_PARAMETERS: true, DROVER_REGISTRY: true }));
  const { herd, now, engine } = startCore();
  const { advance } = engine(
    startCarrier({ herd, builds: codeBuild(new CodeBuildClient(), { registry: set.DROVER_REGISTRY }) }),
  );
  const names = ['github-webhook-secret', 'github-webhook-secret-previous'];
  const secrets = parameters({ client: new SSMClient(), prefix: set.DROVER_PARAMETERS, names, now });
  return { herd, advance, ...webhookSecrets(secrets) };
});
