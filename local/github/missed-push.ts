import * as z from 'zod';
import type { Codebase } from '../../lib/codebase/codebase.ts';
import type { Delivery } from './deliveries.ts';
import type { LocalGitHub } from './options.ts';

const Push = z.object({ ref: z.string() });
const Ignored = z.object({ outcome: z.literal('ignored'), reason: z.enum(['codebase-not-in-herd', 'another-branch']) });

/** Whether a delivery was answered before the list said of its repository or branch what it says now: it is in no history. */
export const isTooEarly = ({ attempts }: Delivery): boolean =>
  parsed(Ignored, attempts.at(-1)?.answer ?? '') !== undefined;

/** The machine died before it was answered: GitHub would have gone on. */
const isUnsent = ({ attempts }: Delivery): boolean => attempts.length === 0;

/**
 * Delivers once more the newest push to a codebase's branch, if it is in no history yet, as a person asks it of GitHub; what was
 * pushed before is in it.
 */
export async function redeliverMissed(
  github: Pick<LocalGitHub, 'deliveries' | 'redeliver'>,
  { repository, branch }: Pick<Codebase, 'repository' | 'branch'>,
): Promise<void> {
  const newest = github.deliveries().findLast((one) => {
    const isOfIt = one.event === 'push' && one.repository.toLowerCase() === repository.toLowerCase();
    return isOfIt && parsed(Push, one.payload)?.ref === `refs/heads/${branch}`;
  });
  if (newest !== undefined && (isTooEarly(newest) || isUnsent(newest))) await github.redeliver(newest.id);
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
