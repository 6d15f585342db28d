import type { Report } from '../engine/engine.ts';
import { seconds } from '../engine/instant.ts';
import type { Key } from '../engine/key.ts';
import type { AnyRecord } from '../engine/stored.ts';
import type { Fields, Log } from './log.ts';
import type { Measure } from './metrics.ts';

/** The engine's report as log lines that name the release or target, and as the counts that alarms read. */
export function reportTo(log: Log, measure: Measure): Report {
  return {
    decided: (key, event, outcome, reason, record) =>
      log.info(`${event} ${outcome}`, { ...about(key), ...releaseOf(record), reason }),
    failed: (key, effect, tries, since, error) => {
      log.error(`${effect} failed`, error, { ...about(key), tries });
      // What fails is put off and therefore never long due: the alarm for what is owed reads it here.
      if (since > 0) measure.seconds('DueSeconds', since / seconds(1));
    },
    notTold: (key) => {
      log.warn('given up telling', about(key));
      measure.count('NoticesLost');
    },
    notWoken: (key, error) => log.error('wake not sent', error, about(key)),
    unreadable: (key, error) => {
      log.error('record unreadable', error, about(key));
      measure.count('RecordsUnreadable');
    },
  };
}

/** Which release a target's decision is about, so that one search finds a release's lines from push to live. */
function releaseOf(record: AnyRecord | undefined): Fields {
  if (record?.kind !== 'target') return {};
  const { rollout, candidate, live } = record;
  return { commit: rollout?.release ?? candidate?.release ?? live?.release, rollout: rollout?.number };
}

function about({ codebase, record }: Key): Fields {
  const [kind = record, name] = record.split('#');
  if (kind === 'release') return { codebase, commit: name };
  return kind === 'target' ? { codebase, environment: name } : { codebase };
}
