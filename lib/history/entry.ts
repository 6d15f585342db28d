import * as z from 'zod';

/** Who decided, and how that person is known: a link proves only that somebody had it; a token names its holder. */
export const By = z.object({
  name: z.string(),
  how: z.enum(['claimed-on-link', 'api-token', 'github-push', 'operator', 'drover']),
});
export type By = z.infer<typeof By>;

/** What a decision says about itself; the engine adds when, and of which record. */
export const Remark = z.object({
  /** What happened, in kebab-case: `build-started`, `approved`, `rolled-back`. */
  what: z.string(),
  /** The same as one plain line for a person. */
  text: z.string(),
  by: By.optional(),
  /** The commit it is about, where it is about one: it then shows among that release's entries. */
  release: z.string().optional(),
  environment: z.string().optional(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});
export type Remark = z.infer<typeof Remark>;

/** One line of the history. Written once, never changed: `sk = entry#<record>#<version>`. */
export const Entry = Remark.extend({
  codebase: z.string(),
  record: z.string(),
  version: z.number().int(),
  at: z.number(),
});
export type Entry = z.infer<typeof Entry>;
