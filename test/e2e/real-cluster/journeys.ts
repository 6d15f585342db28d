import type { Journey } from './acts.ts';
import { crashLoop, imageDeleted, neverReady, pullFails } from './failures.ts';
import { deletedAndMade, deletedAndMissed, drift } from './hands.ts';
import { lookedAt } from './looked-at.ts';
import { apiServerKilled, nodeAgentBack, nodeAgentLate } from './outages.ts';
import { firstRelease, rollback, takeover, twoAtOnce, update } from './releases.ts';
import { wholeRecord } from './whole-record.ts';

/** In order: each goes on from where the last one ended. */
export const realJourneys: Journey[] = [
  lookedAt,
  firstRelease,
  takeover,
  update,
  neverReady,
  crashLoop,
  imageDeleted,
  pullFails,
  nodeAgentBack,
  nodeAgentLate,
  apiServerKilled,
  drift,
  twoAtOnce,
  deletedAndMade,
  deletedAndMissed,
  rollback,
  wholeRecord,
];
