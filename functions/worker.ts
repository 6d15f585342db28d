// The wake queue: what a record owes is carried out. Of all functions, this one alone reaches clusters.
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { ECRClient } from '@aws-sdk/client-ecr';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { branchCarriers } from '../lib/branch/carriers.ts';
import { codeBuild } from '../lib/build/codebuild.ts';
import { clusterOf } from '../lib/cluster/kubernetes/cluster-of.ts';
import { Wake } from '../lib/engine/wake.ts';
import { ecrImages } from '../lib/image/ecr.ts';
import { startCore } from '../lib/lambda/core.ts';
import { eachMessage } from '../lib/lambda/each-message.ts';
import { fetchBriefly } from '../lib/lambda/fetch-briefly.ts';
import { once } from '../lib/lambda/once.ts';
import { parameters } from '../lib/lambda/parameters.ts';
import { Settings, settings } from '../lib/lambda/settings.ts';
import { telling } from '../lib/lambda/telling.ts';
import { tellCarrier } from '../lib/notify/carrier.ts';
import { releaseCarriers } from '../lib/release/carriers.ts';
import { branchHead } from '../lib/source/github/api.ts';
import { targetCarriers } from '../lib/target/carriers.ts';
import { CheckRound, checkPage } from '../lib/target/check-round.ts';

const WorkerSettings = Settings.pick({
  DROVER_PARAMETERS: true,
  DROVER_REGISTRY: true,
  DROVER_URL: true,
  AWS_REGION: true,
  DROVER_KUBECONFIG: true,
});

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  eachMessage(event, z.union([Wake, CheckRound]), handle, services().log);

const handle = async (message: Wake | CheckRound): Promise<void> => {
  const { woken, round, log } = services();
  if ('key' in message) return woken(message);
  log.info('targets checked', await checkPage(round, message));
};

const services = once(() => {
  const set = settings(WorkerSettings);
  const { DROVER_REGISTRY: registry, DROVER_PARAMETERS: prefix, DROVER_URL: url } = set;
  const { herd, store, historyTable, now, log, sendRound, engine } = startCore();
  const client = new SSMClient();
  const { get } = parameters({ client, prefix, names: ['slack-webhook-url', 'github-token'], now });
  const images = ecrImages(new ECRClient(), { registry });
  const cluster = clusterOf({ region: set.AWS_REGION, now, kubeconfig: set.DROVER_KUBECONFIG });
  const { woken, advance } = engine({
    ...branchCarriers({ herd, head: branchHead({ fetch: fetchBriefly, token: () => get('github-token') }) }),
    ...releaseCarriers({ herd, images, builds: codeBuild(new CodeBuildClient(), { registry }) }),
    ...targetCarriers({ herd, images, cluster }),
    ...tellCarrier(telling({ client, prefix, now, get, store, url })),
  });
  const failed = ({ codebase, environment }: { codebase: string; environment: string }, error: unknown) =>
    log.error('target not checked', error, { codebase, environment });
  return { woken, log, round: { table: historyTable, herd, cluster, advance, send: sendRound, now, failed } };
});
