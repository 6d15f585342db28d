import { stripVTControlCharacters } from 'node:util';
import * as z from 'zod';
import { scrubbed } from '../lambda/log-excerpt.ts';

const Seconds = z.number().nonnegative();
const Count = z.number().int().nonnegative();

const Step = z.object({ name: z.string(), seconds: Seconds, result: z.enum(['passed', 'failed']) });

const Tests = z.object({
  total: Count,
  failed: Count,
  skipped: Count,
  /** Some of those that failed, in the report's order: `failed` says how many there were. */
  failures: z.array(z.object({ name: z.string(), text: z.string() })).optional(),
  slowest: z.array(z.object({ name: z.string(), seconds: Seconds })).optional(),
});

/**
 * What a build tells of itself, as it stands in the exported variable DROVER_FACTS and in a release's record. Every field may be
 * missing: a build that failed early knows little, and one of an older recipe nothing.
 */
export const Facts = z.object({
  /** In the order in which they ended. */
  steps: z.array(Step).optional(),
  tests: Tests.optional(),
  /** `hit`, `older`, `warm`, or `cold: ` and why. */
  cache: z.string().optional(),
  /** Crates that cargo compiled for the program. */
  compiled: Count.optional(),
  /** Packed layers and config, as the registry keeps them. */
  image: z.object({ bytes: Count }).optional(),
  /** The last lines of the first step that failed. */
  tail: z.object({ step: z.string(), lines: z.array(z.string()) }).optional(),
});
export type Facts = z.infer<typeof Facts>;

/** More than a recipe of ours ever says (facts-text.ts). The build runs the codebase's own code, which may export what it likes. */
const longest = 6_000;

/** The facts of a variable's text, with nothing in them that looks like a secret or would move a terminal's cursor; undefined where it is not such a text. */
export function parseFacts(text: string | undefined): Facts | undefined {
  if (text === undefined || text.length > longest) return undefined;
  const parsed = Facts.safeParse(jsonOf(text));
  return parsed.success ? Facts.parse(eachText(parsed.data, harmless)) : undefined;
}

/** Text without secrets and control characters; lines stay lines. */
export const harmless = (text: string): string =>
  scrubbed(stripVTControlCharacters(text))
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{C}\n\t]/gu, ' ');

/** The same value with each text in it changed; names of fields are left alone. */
function eachText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => eachText(one, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, eachText(one, change)]));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
