import * as z from 'zod';

/** What a person is told. It holds no link: the sender makes the link from the record when it sends. */
export const Message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('approval-asked'), environment: z.string(), release: z.string(), ask: z.number().int() }),
  z.object({ kind: z.literal('build-failed'), release: z.string(), reason: z.string() }),
  z.object({ kind: z.literal('live'), environment: z.string(), release: z.string() }),
  z.object({ kind: z.literal('rolled-back'), environment: z.string(), release: z.string(), reason: z.string() }),
  /** Something owed cannot be carried out. */
  z.object({ kind: z.literal('failing'), environment: z.string().optional(), reason: z.string() }),
  z.object({ kind: z.literal('alarm'), environment: z.string(), reason: z.string() }),
]);
export type Message = z.infer<typeof Message>;
