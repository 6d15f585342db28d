import { Logger } from '@aws-lambda-powertools/logger';
import { Failure } from './failure.ts';
import { scrub } from './scrub.ts';

export type Fields = Record<string, string | number | boolean | null | undefined>;

/** Structured lines, one JSON object each. `of` names the release (codebase, commit, environment) on every line from then on. */
export type Log = {
  info: (what: string, fields?: Fields) => void;
  warn: (what: string, fields?: Fields) => void;
  /** The error's code, message, stack and its causes' names; never a payload that hangs on it. */
  error: (what: string, error: unknown, fields?: Fields) => void;
  of: (about: Fields) => Log;
};

/** The log of one function, written by Powertools to stdout. Events are never logged: nothing here takes one. */
export const startLog = (logger = new Logger({ serviceName: 'drover' })): Log => ({
  info: (what, fields = {}) => logger.info(scrub(what), scrubbed(fields)),
  warn: (what, fields = {}) => logger.warn(scrub(what), scrubbed(fields)),
  error: (what, error, fields = {}) => logger.error(scrub(what), { ...scrubbed(fields), failure: told(error) }),
  of: (about) => {
    const child = logger.createChild();
    child.appendKeys(scrubbed(about));
    return startLog(child);
  },
});

const scrubbed = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? scrub(value) : value]),
  );

/** An SDK's error carries the whole request and response: only these few fields of it are taken. Five causes deep at most. */
function told(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const stack = depth === 0 && error.stack ? { stack: scrub(error.stack).split('\n').slice(0, 12).join('\n') } : {};
  const code = error instanceof Failure ? { code: error.code, retryable: error.retryable } : {};
  const cause = error.cause !== undefined && depth < 5 ? { cause: told(error.cause, depth + 1) } : {};
  return { name: error.name, message: scrub(error.message).slice(0, 500), ...code, ...stack, ...cause };
}
