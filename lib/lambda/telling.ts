import type { SSMClient } from '@aws-sdk/client-ssm';
import { approvalKeys } from '../approval/keys.ts';
import { approvalLink } from '../approval/token.ts';
import type { Instant } from '../engine/instant.ts';
import type { Telling } from '../notify/carrier.ts';
import { slack } from '../notify/slack.ts';
import { releaseIn } from '../store/read-records.ts';
import type { Store } from '../store/store.ts';
import { fetchBriefly } from './fetch-briefly.ts';
import type { Parameters } from './parameters.ts';

type Options = {
  client: SSMClient;
  prefix: string;
  now: () => Instant;
  get: Parameters['get'];
  store: Store;
  url: string;
};

/** How people are told: by Slack where its webhook is among the parameters, else not at all. `url`: our public address. */
export function telling({ client, prefix, now, get, store, url }: Options): Telling {
  const keys = approvalKeys({ client, prefix, now });
  return {
    tell: async () => {
      const webhook = await get('slack-webhook-url');
      return webhook === undefined ? undefined : slack(webhook, fetchBriefly);
    },
    readRelease: releaseIn(store),
    approvalLink: async (target) => approvalLink(url, target, await keys()),
  };
}
