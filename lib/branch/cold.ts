import * as z from 'zod';
import { ColdCause } from '../build/machine.ts';
import type { OrderedPush } from './record.ts';

/** What was pushed since the last good build, and by which push, that leaves the next build little of what was kept. */
export const Cold = z.object({ order: z.number(), cause: ColdCause });
export type Cold = z.infer<typeof Cold>;

/** What a release tells its branch once it is built: the builds after it find what it kept. */
export const Warmed = z.object({ kind: z.literal('warmed'), order: z.number() });
export type Warmed = z.infer<typeof Warmed>;

/**
 * What is cold after a push. It is kept on the branch, not on the release: a lockfile that changed with a push whose build was
 * superseded, or failed and so kept nothing, is as new to the next one.
 */
export function coldAfter(known: Cold | undefined, { push, order }: OrderedPush, isFirst: boolean): Cold | undefined {
  if (isFirst) return { order, cause: 'first-build' };
  return push.touches === undefined ? known : { order, cause: push.touches };
}
