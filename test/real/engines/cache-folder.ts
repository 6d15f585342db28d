import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where `test/real/run.sh` keeps what it installs; the same rule as there. */
export function cacheFolder(...inside: string[]): string {
  const { DROVER_CACHE, XDG_CACHE_HOME } = process.env;
  return join(DROVER_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'drover'), ...inside);
}
