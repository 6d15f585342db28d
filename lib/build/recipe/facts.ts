import { logExcerpt } from '../../lambda/log-excerpt.ts';
import { type Facts, harmless } from '../facts.ts';
import type { TestCase } from '../junit.ts';

/** What the steps of a build left in its work folder. */
export type Left = {
  /** A line for each step that ended: name, when it began and ended (seconds since 1970), exit status (step.sh). */
  steps: string;
  /** Of all reports; undefined where no step left one. */
  cases: TestCase[] | undefined;
  cache: string | undefined;
  compiled: string | undefined;
  imageBytes: string | undefined;
  /** A step's output. */
  log: (step: string) => string | undefined;
};

/** The facts of what steps left: what is not there, or not as it should be, is left out. */
export function factsOf({ steps, cases, cache, compiled, imageBytes, log }: Left): Facts {
  const ended = stepsOf(steps);
  const failed = ended.find(({ result }) => result === 'failed');
  const lines = failed && logExcerpt(log(failed.name) ?? '');
  const [crates, bytes] = [countOf(compiled), countOf(imageBytes)];
  return {
    ...(ended.length > 0 && { steps: ended }),
    ...(cases && { tests: testsOf(cases) }),
    ...(cache?.trim() && { cache: cut(cache.trim(), 200) }),
    ...(crates !== undefined && { compiled: crates }),
    ...(bytes !== undefined && { image: { bytes } }),
    ...(failed && lines && lines.length > 0 && { tail: { step: failed.name, lines } }),
  };
}

/** Lines that are not whole are passed over: steps may run side by side, and a build may end while one is written. */
const stepsOf = (text: string): NonNullable<Facts['steps']> =>
  text.split('\n').flatMap((line) => {
    const [, name = '', began, ended, code] = /^([\w.-]{1,40}) ([\d.,]+) ([\d.,]+) (\d+)$/.exec(line) ?? [];
    // Bash writes $EPOCHREALTIME with the locale's own point.
    const seconds = Number(ended?.replace(',', '.')) - Number(began?.replace(',', '.'));
    if (!Number.isFinite(seconds)) return [];
    // A clock may be set back.
    return [{ name, seconds: Math.max(0, rounded(seconds)), result: code === '0' ? 'passed' : 'failed' }];
  });

function testsOf(cases: TestCase[]): NonNullable<Facts['tests']> {
  const failures = cases.filter(({ status }) => status === 'failed');
  const slowest = cases.filter(({ seconds }) => seconds >= 0.01).toSorted((one, other) => other.seconds - one.seconds);
  return {
    total: cases.length,
    failed: failures.length,
    skipped: cases.filter(({ status }) => status === 'skipped').length,
    ...(failures.length > 0 && {
      failures: failures.slice(0, 10).map((one) => ({ name: nameOf(one), text: cut(harmless(one.text ?? ''), 600) })),
    }),
    ...(slowest.length > 0 && {
      slowest: slowest.slice(0, 3).map((one) => ({ name: nameOf(one), seconds: rounded(one.seconds) })),
    }),
  };
}

const nameOf = ({ name }: TestCase): string => cut(harmless(name), 120);
const rounded = (seconds: number): number => Math.round(seconds * 100) / 100;
const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

const countOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}\s*$/.test(text) ? Number(text) : undefined;

/**
 * The text without the values of variables whose name speaks of a secret: a codebase's build may be given some, and CodeBuild
 * hides in its log only those of its own stores. Shorter values stand for too much else.
 */
export function withoutValues(text: string, environment: Record<string, string | undefined>): string {
  const values = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && value.length >= 8 && secretName.test(name) ? [value] : [],
  );
  // The longest first: one may be part of another.
  return values
    .toSorted((one, other) => other.length - one.length)
    .reduce((rest, value) => rest.replaceAll(value, '***'), text);
}

const secretName = /token|auth|passw|secret|credential|(api|access|private)_?key/i;
