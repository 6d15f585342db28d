import * as z from 'zod';
import { Failure } from '../../lib/lambda/failure.ts';

/** One thing that a build would meet: it is right, it must be put right first, or it is worth knowing. */
export type Finding = { kind: 'right' | 'missing' | 'note'; about: string; text: string };

/** What one language's recipe would find. */
export type Examined = Finding[];

export const right = (about: string, text: string): Finding => ({ kind: 'right', about, text });
export const missing = (about: string, text: string): Finding => ({ kind: 'missing', about, text });
export const note = (about: string, text: string): Finding => ({ kind: 'note', about, text });

/** What the recipe's own code says, or what it refuses in its own words. */
export function asRecipe(about: string, ask: () => string): Finding {
  try {
    return right(about, ask());
  } catch (error) {
    return missing(about, error instanceof Failure ? error.message : plainly(error));
  }
}

function plainly(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error).replaceAll(/\s+/g, ' ').replace('✖ ', '');
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? 'it cannot be read';
}
