// The history API: what was released, what runs, and what a person may do about it.
import { ECRClient } from '@aws-sdk/client-ecr';
import { historyApi } from '../lib/history/api.ts';
import type { HistoryServices } from '../lib/history/services.ts';
import { findToken } from '../lib/history/token-table.ts';
import { ecrImages } from '../lib/image/ecr.ts';
import { startCore } from '../lib/lambda/core.ts';
import { httpHandler } from '../lib/lambda/http-handler.ts';
import type { Log } from '../lib/lambda/log.ts';
import { once } from '../lib/lambda/once.ts';
import { Settings, settings } from '../lib/lambda/settings.ts';

const services = once((): HistoryServices & { log: Log } => {
  const { DROVER_REGISTRY: registry } = settings(Settings.pick({ DROVER_REGISTRY: true }));
  const { herd, now, log, historyTable, engine } = startCore();
  return {
    table: historyTable,
    findToken: (id) => findToken(historyTable, id),
    codebase: herd.byName,
    advance: engine({}).advance,
    images: ecrImages(new ECRClient(), { registry }),
    now,
    log,
  };
});

export const handler = httpHandler(services, historyApi);
