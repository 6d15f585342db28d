import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Herd } from '../codebase/codebase.ts';
import { readHerd } from '../codebase/read-herd.ts';
import type { Carriers } from '../engine/carry.ts';
import { type Engine, engine } from '../engine/engine.ts';
import { sqsWake } from '../engine/sqs-wake.ts';
import type { SendWake, Wake } from '../engine/wake.ts';
import type { HistoryTable } from '../history/read-items.ts';
import { dynamoStore } from '../store/dynamo-store.ts';
import type { Store } from '../store/store.ts';
import type { CheckRound } from '../target/check-round.ts';
import { type Log, startLog } from './log.ts';
import { type Measure, startMetrics } from './metrics.ts';
import { reportTo } from './report.ts';
import { Settings, settings } from './settings.ts';

/** What every function that writes has: the herd, the store, and an engine with the effects that it may carry out. */
export type Core = {
  herd: Herd;
  store: Store;
  /** What the history reads; an item that does not parse is logged, counted and left out. */
  historyTable: HistoryTable;
  now: () => number;
  sendWake: SendWake;
  sendRound: (round: CheckRound) => Promise<void>;
  log: Log;
  measure: Measure;
  engine: (carriers: Carriers) => Engine;
};

const CoreSettings = Settings.pick({
  DROVER_TABLE: true,
  DROVER_QUEUE_URL: true,
  DROVER_HERD: true,
  DROVER_LEASE_SECONDS: true,
  DROVER_LOOK_SECONDS: true,
  DROVER_WATCH_SECONDS: true,
});

/** Builds it from the environment. The clock is read here and handed in everywhere else. */
export function startCore(): Core {
  const set = settings(CoreSettings);
  const herd = readHerd(readFileSync(set.DROVER_HERD, 'utf8'));
  const dynamodb = new DynamoDBClient();
  const store = dynamoStore(dynamodb, set.DROVER_TABLE);
  const sqs = new SQSClient();
  const sendWake = sqsWake<Wake>(sqs, set.DROVER_QUEUE_URL);
  const sendRound = sqsWake<CheckRound>(sqs, set.DROVER_QUEUE_URL);
  const policy = { herd, lookAfter: set.DROVER_LOOK_SECONDS, watchAfter: set.DROVER_WATCH_SECONDS };
  const [log, measure] = [startLog(), startMetrics()];
  const report = reportTo(log, measure);
  const now = () => Date.now();
  return {
    herd,
    store,
    historyTable: {
      client: dynamodb,
      tableName: set.DROVER_TABLE,
      unreadable: ({ pk, sk }, problem) => {
        log.warn('item unreadable', { pk, sk, problem });
        measure.count('RecordsUnreadable');
      },
    },
    now,
    sendWake,
    sendRound: (round) => sendRound(round, 0),
    log,
    measure,
    engine: (carriers) => engine({ store, carriers, sendWake, policy, lease: set.DROVER_LEASE_SECONDS, now, report }),
  };
}
