import { createHash } from 'node:crypto';

/** What an archive is good for: the texts of what made it and of its lockfile. */
export type CacheKey = { kind: string; codebase: string; toolchain: string; lock: string };

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The digest of the toolchain that an archive must say of itself. */
export const toolchainOf = ({ toolchain }: CacheKey): string => short(toolchain);

/**
 * The two tags of an archive: `exact` for this lockfile, `newest` for whatever this toolchain kept last. Both begin with `cache-`,
 * the one prefix that the repository lets move.
 */
export function cacheTags(key: CacheKey): { exact: string; newest: string } {
  const newest = `cache-${key.kind}-${toolchainOf(key)}`;
  return { exact: `${newest}-${short(key.lock)}`, newest };
}
