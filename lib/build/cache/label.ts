import * as z from 'zod';

/** What an archive says of itself, in a file at its top. Times are milliseconds since 1970. */
export const Label = z.object({
  kind: z.string(),
  codebase: z.string(),
  toolchain: z.string(),
  /** When the folder last began empty. */
  begun: z.number(),
  made: z.number(),
  sources: z.record(z.string(), z.string()),
});
export type Label = z.infer<typeof Label>;

export const labelFile = '.drover-archive.json';

/** After this many days a folder begins empty again: what no build needs any more goes with it. */
const longestDays = 30;

/** Why an archive is not used, in the words of the build's log; undefined where it is good. */
export function wrongWith(
  label: Label,
  wanted: { kind: string; codebase: string; toolchain: string },
  now: number,
): string | undefined {
  if (label.kind !== wanted.kind) return `the archive is of ${label.kind}`;
  if (label.codebase !== wanted.codebase) return `the archive is of ${label.codebase}`;
  if (label.toolchain !== wanted.toolchain) return 'the archive is of another toolchain';
  // Changed files are given the time of now, which must be later than anything in the archive.
  if (label.made >= now) return 'the archive is from the future: a clock is wrong';
  if (now - label.begun > longestDays * 86_400_000) return `the archive began more than ${longestDays} days ago`;
  return undefined;
}
