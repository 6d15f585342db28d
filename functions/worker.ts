// The wake queue: what a record owes is carried out. Of all functions, this one alone reaches clusters.
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { ECRClient } from '@aws-sdk/client-ecr';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { approvalKeys } from '../lib/approval/keys.ts';
import { approvalLink } from '../lib/approval/token.ts';
import { branchCarriers } from '../lib/branch/carriers.ts';
import { codeBuild } from '../lib/build/codebuild.ts';
import { clusterOf } from '../lib/cluster/kubernetes/cluster-of.ts';
import { releaseKey } from '../lib/engine/key.ts';
import { Wake } from '../lib/engine/wake.ts';
import { ecrImages } from '../lib/image/ecr.ts';
import { startCore } from '../lib/lambda/core.ts';
import { eachMessage } from '../lib/lambda/each-message.ts';
import { fetchBriefly } from '../lib/lambda/fetch-briefly.ts';
import { once } from '../lib/lambda/once.ts';
import { parameters } from '../lib/lambda/parameters.ts';
import { Settings, settings } from '../lib/lambda/settings.ts';
import { tellCarrier } from '../lib/notify/carrier.ts';
import { slack } from '../lib/notify/slack.ts';
import { releaseCarriers } from '../lib/release/carriers.ts';
import { branchHead } from '../lib/source/github/api.ts';
import { targetCarriers } from '../lib/target/carriers.ts';
import { CheckRound, checkPage, type Round } from '../lib/target/check-round.ts';

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  eachMessage(event, z.union([Wake, CheckRound]), handle, services().log);

const handle = async (message: Wake | CheckRound): Promise<void> => {
  const { woken, round, log } = services();
  if ('key' in message) return woken(message);
  log.info('targets checked', await checkPage(round, message));
};

const services = once(() => {
  const set = settings(
    Settings.pick({
      DROVER_PARAMETERS: true,
      DROVER_REGISTRY: true,
      DROVER_URL: true,
      AWS_REGION: true,
      DROVER_KUBECONFIG: true,
    }),
  );
  const { herd, store, dynamodb, table, now, log, sendRound, engine } = startCore();
  const { DROVER_REGISTRY: registry, DROVER_PARAMETERS: prefix } = set;
  const ssm = new SSMClient();
  const { get } = parameters({ client: ssm, prefix, names: ['slack-webhook-url', 'github-token'], now });
  const keys = approvalKeys({ client: ssm, prefix, now });
  const authorization = async () => {
    const token = await get('github-token');
    return token === undefined ? undefined : `Bearer ${token}`;
  };
  const images = ecrImages(new ECRClient(), { registry });
  const cluster = clusterOf({
    region: set.AWS_REGION,
    now,
    ...(set.DROVER_KUBECONFIG === undefined ? {} : { kubeconfig: set.DROVER_KUBECONFIG }),
  });
  const { woken, advance } = engine({
    ...branchCarriers({ herd, head: branchHead({ fetch: fetchBriefly, authorization }) }),
    ...releaseCarriers({ herd, images, builds: codeBuild(new CodeBuildClient(), { registry }) }),
    ...targetCarriers({ herd, images, cluster }),
    ...tellCarrier({
      tell: async () => {
        const url = await get('slack-webhook-url');
        return url === undefined ? undefined : slack(url, fetchBriefly);
      },
      readRelease: async (codebase, commit) => {
        const record = (await store.read(releaseKey(codebase, commit)))?.record;
        return record?.kind === 'release' ? record : undefined;
      },
      approvalLink: async (target) => approvalLink(set.DROVER_URL, target, await keys()),
    }),
  });
  const round: Round = {
    table: {
      client: dynamodb,
      tableName: table,
      unreadable: ({ pk, sk }, problem) => log.warn('item unreadable', { pk, sk, problem }),
    },
    herd,
    cluster,
    advance,
    send: sendRound,
    now,
    failed: ({ codebase, environment }, error) => log.error('target not checked', error, { codebase, environment }),
  };
  return { woken, round, log };
});
