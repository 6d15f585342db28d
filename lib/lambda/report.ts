import type { Report } from '../engine/engine.ts';
import type { Key } from '../engine/key.ts';
import type { Fields, Log } from './log.ts';
import type { Measure } from './metrics.ts';

/** The engine's report as log lines that name the release or target, and as the counts that alarms read. */
export function reportTo(log: Log, measure: Measure): Report {
  return {
    decided: (key, event, outcome, reason) => log.info(`${event} ${outcome}`, { ...about(key), reason }),
    failed: (key, effect, tries, error) => log.error(`${effect} failed`, error, { ...about(key), tries }),
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

function about({ codebase, record }: Key): Fields {
  const [kind = record, name] = record.split('#');
  if (kind === 'release') return { codebase, commit: name };
  return kind === 'target' ? { codebase, environment: name } : { codebase };
}
