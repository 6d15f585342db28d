import * as z from 'zod';

/**
 * Where the next page of releases begins: after a release, or at the newest of a month. It is a position and nothing else: what it
 * shows is decided by the token that asks, so it needs no signature, only a shape.
 */
export const ReleasePosition = z.union([
  z.strictObject({
    pushed: z.iso.datetime({ precision: 3 }),
    codebase: z.string().min(1).max(200),
    commit: z.string().regex(/^[0-9a-f]{40}$/),
  }),
  z.strictObject({ month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/) }),
]);
export type ReleasePosition = z.infer<typeof ReleasePosition>;

/** After which target the next page begins. */
export const TargetPosition = z.strictObject({
  codebase: z.string().min(1).max(200),
  environment: z.string().min(1).max(200),
});
export type TargetPosition = z.infer<typeof TargetPosition>;

/** After which of a release's entries the next page begins. */
export const EntryPosition = z.strictObject({
  at: z.iso.datetime({ precision: 3 }),
  record: z.string().min(1).max(400),
  version: z.number().int().min(0).max(999_999_999),
});
export type EntryPosition = z.infer<typeof EntryPosition>;

/** The opaque text of a position. */
export function cursorOf(position: ReleasePosition | TargetPosition | EntryPosition): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** What a cursor's text says, by the schema of its list; undefined where it is none of that list's. */
export function positionOf<T>(schema: z.ZodType<T>, cursor: string): T | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
