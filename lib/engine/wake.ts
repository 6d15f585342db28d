import * as z from 'zod';
import { Key } from './key.ts';

/** "Look at this record": sent when something is due that its writer may not, or not yet, carry out; by the sweep without a number. */
export const Wake = z.object({ key: Key, number: z.number().int().optional() });
export type Wake = z.infer<typeof Wake>;

/** Sends a wake that arrives after `delay` milliseconds, rounded up to whole seconds; at most 15 minutes (SQS). */
export type SendWake = (wake: Wake, delay: number) => Promise<void>;
