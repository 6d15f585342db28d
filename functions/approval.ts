// GET and POST /approvals/{token}: shows a question, and takes a person's answer once.
import { SSMClient } from '@aws-sdk/client-ssm';
import { type ApprovalServices, approval } from '../lib/approval/approval-handler.ts';
import { approvalKeys } from '../lib/approval/keys.ts';
import { startCore } from '../lib/lambda/core.ts';
import { httpHandler } from '../lib/lambda/http-handler.ts';
import type { Log } from '../lib/lambda/log.ts';
import { once } from '../lib/lambda/once.ts';
import { Settings, settings } from '../lib/lambda/settings.ts';
import { releaseIn, targetIn } from '../lib/store/read-records.ts';

const services = once((): ApprovalServices & { log: Log } => {
  const set = settings(Settings.pick({ DROVER_PARAMETERS: true, DROVER_URL: true }));
  const { herd, store, now, log, engine } = startCore();
  return {
    readTarget: targetIn(store),
    readRelease: releaseIn(store),
    codebase: herd.byName,
    advance: engine({}).advance,
    approvalKeys: approvalKeys({ client: new SSMClient(), prefix: set.DROVER_PARAMETERS, now }),
    url: set.DROVER_URL,
    now,
    log,
  };
});

export const handler = httpHandler(services, approval);
