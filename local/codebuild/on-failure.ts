import * as z from 'zod';

export type OnFailure = { kind: 'abort' } | { kind: 'continue' } | { kind: 'retry'; count: number; pattern: RegExp };

/**
 * `ABORT`, `CONTINUE`, `RETRY`, `RETRY-count`, `RETRY-regex` and `RETRY-count-regex` (buildspec reference, phases/*\/on-failure):
 * "Retry the build up to 3 times with an error message that matches the regular expression `.*`", the count "between 0 and 100".
 */
export const OnFailure = z.string().transform((text, context): OnFailure => {
  if (text === 'ABORT') return { kind: 'abort' };
  if (text === 'CONTINUE') return { kind: 'continue' };
  const [, count = '3', pattern = '.*'] = /^RETRY(?:-(\d+))?(?:-(.+))?$/i.exec(text) ?? [];
  const valid = /^RETRY($|-.)/i.test(text) && Number(count) <= 100;
  const compiled = valid ? compile(pattern) : undefined;
  if (compiled) return { kind: 'retry', count: Number(count), pattern: compiled };
  context.addIssue('must be ABORT, CONTINUE, RETRY, RETRY-<0 to 100>, RETRY-<regex> or RETRY-<0 to 100>-<regex>');
  return z.NEVER;
});

function compile(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 's');
  } catch {
    return undefined;
  }
}
