import * as z from 'zod';

/** Which record: `pk = codebase#<name>`, `sk = branch | release#<commit> | target#<environment>`. */
export const Key = z.object({
  codebase: z.string(),
  record: z.union([
    z.literal('branch'),
    z.templateLiteral(['release#', z.string()]),
    z.templateLiteral(['target#', z.string()]),
  ]),
});
export type Key = z.infer<typeof Key>;

export const branchKey = (codebase: string): Key => ({ codebase, record: 'branch' });
export const releaseKey = (codebase: string, commit: string): Key => ({ codebase, record: `release#${commit}` });
export const targetKey = (codebase: string, environment: string): Key => ({
  codebase,
  record: `target#${environment}`,
});

/** One line for logs and errors: `shop/release#4f2a…`. */
export const keyText = (key: Key): string => `${key.codebase}/${key.record}`;
