import * as z from 'zod';
import type { TestCase } from '../junit.ts';

/** https://pkg.go.dev/cmd/test2json, "Output Format"; `ImportPath` and `FailedBuild` since Go 1.24. */
const Event = z.object({
  Action: z.string(),
  Package: z.string().default(''),
  Test: z.string().optional(),
  Elapsed: z.number().default(0),
  Output: z.string().default(''),
  ImportPath: z.string().default(''),
  FailedBuild: z.string().optional(),
});
type Event = z.infer<typeof Event>;

const statuses: Record<string, TestCase['status']> = { pass: 'passed', skip: 'skipped', fail: 'failed' };

/**
 * The cases of `go test -json`. A package that failed with no failing test of its own (it does not compile, it panicked, it timed
 * out) is a case too, with what was printed. Lines that are no event are passed over.
 */
export function goTestCases(log: string): TestCase[] {
  const events = log.split('\n').flatMap(eventOf);
  const texts = new Map<string, string>();
  const cases: TestCase[] = [];
  for (const event of events) {
    const key = `${event.Package || event.ImportPath} ${event.Test ?? ''}`;
    if (event.Action.endsWith('output')) texts.set(key, `${texts.get(key) ?? ''}${event.Output}`.slice(-20_000));
    const status = statuses[event.Action];
    if (status === undefined) continue;
    const hasOwn = cases.some(({ suite, status: known }) => suite === event.Package && known === 'failed');
    if (event.Test === undefined && (status !== 'failed' || hasOwn)) continue;
    const text = texts.get(event.FailedBuild === undefined ? key : `${event.FailedBuild} `) ?? '';
    cases.push({
      name: event.Test ?? 'the package itself',
      suite: event.Package,
      status,
      seconds: event.Elapsed,
      ...(status === 'failed' ? { text: withoutFrame(text) } : {}),
    });
  }
  return withoutParents(cases);
}

/** What a person is shown of a run while it goes on: the output alone. */
export const goTestText = (log: string): string =>
  log
    .split('\n')
    .map(
      (line) =>
        eventOf(line)
          .map(({ Output }) => Output)
          .at(0) ?? (line === '' ? '' : `${line}\n`),
    )
    .join('');

function eventOf(line: string): Event[] {
  if (!line.startsWith('{')) return [];
  try {
    const parsed = Event.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}

/** `=== RUN`, `--- FAIL` and the package's own verdict say nothing that the case does not. */
const withoutFrame = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^\s*(=== |--- |FAIL\b|exit status|# )/.test(line) && line.trim() !== '')
    .map((line) => line.trim())
    .join('\n');

/** A test with a failed subtest fails too and says nothing of its own. */
const withoutParents = (cases: TestCase[]): TestCase[] =>
  cases.filter(
    ({ name, suite, status }) =>
      status !== 'failed' ||
      !cases.some((other) => other.suite === suite && other.status === 'failed' && other.name.startsWith(`${name}/`)),
  );
