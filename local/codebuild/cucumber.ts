import * as z from 'zod';
import type { TestCase } from '../../lib/build/junit.ts';

const Step = z.object({
  result: z
    .object({ status: z.string(), duration: z.number().default(0), error_message: z.string().optional() })
    .optional(),
});
const Features = z.array(
  z.object({
    name: z.string().default(''),
    elements: z
      .array(
        z.object({
          name: z.string().default(''),
          type: z.string().default('scenario'),
          before: z.array(Step).default([]),
          steps: z.array(Step).default([]),
          after: z.array(Step).default([]),
        }),
      )
      .default([]),
  }),
);

/**
 * The scenarios of Cucumber's JSON (https://github.com/cucumber/cucumber-json-schema): one fails with its first step that failed, was
 * ambiguous or is not defined, and is skipped with one that is pending or skipped. Durations are nanoseconds.
 */
export function cucumberCases(text: string): TestCase[] {
  const features = Features.safeParse(jsonOr(text));
  if (!features.success) return [];
  return features.data.flatMap((feature) =>
    feature.elements
      .filter(({ type }) => type !== 'background')
      .map((element): TestCase => {
        const results = [...element.before, ...element.steps, ...element.after].map(({ result }) => result);
        const bad = results.find((result) => /^(failed|ambiguous|undefined)$/i.test(result?.status ?? ''));
        const skipped = results.some((result) => /^(skipped|pending)$/i.test(result?.status ?? ''));
        const seconds = results.reduce((sum, result) => sum + (result?.duration ?? 0), 0) / 1e9;
        return {
          name: element.name,
          suite: feature.name,
          status: bad ? 'failed' : skipped ? 'skipped' : 'passed',
          seconds,
          ...(bad ? { text: (bad.error_message ?? `a step is ${bad.status}`).trim() } : {}),
        };
      }),
  );
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
