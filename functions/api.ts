// The history API: what was released, what runs, and what a person may do about it.
import { ECRClient } from '@aws-sdk/client-ecr';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { historyApi } from '../lib/history/api.ts';
import type { HistoryServices } from '../lib/history/services.ts';
import { findToken } from '../lib/history/token-table.ts';
import { ecrImages } from '../lib/image/ecr.ts';
import { startCore } from '../lib/lambda/core.ts';
import { requestOf, resultOf } from '../lib/lambda/http.ts';
import { startLog } from '../lib/lambda/log.ts';
import { startMetrics } from '../lib/lambda/metrics.ts';
import { once } from '../lib/lambda/once.ts';
import { Settings, settings } from '../lib/lambda/settings.ts';

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> =>
  resultOf(await historyApi(requestOf(event), services()));

const services = once((): HistoryServices => {
  const { DROVER_REGISTRY: registry } = settings(Settings.pick({ DROVER_REGISTRY: true }));
  const { herd, now, dynamodb, table: tableName, engine } = startCore();
  const [log, measure] = [startLog(), startMetrics()];
  const client = DynamoDBDocumentClient.from(dynamodb);
  return {
    table: {
      client,
      tableName,
      unreadable: ({ pk, sk }, problem) => {
        log.warn('item unreadable', { pk, sk, problem });
        measure.count('RecordsUnreadable');
      },
    },
    findToken: (id) => findToken({ client, tableName }, id),
    codebase: herd.byName,
    advance: engine({}).advance,
    images: ecrImages(new ECRClient(), { registry }),
    now,
  };
});
