import { spawnSync } from 'node:child_process';

/** Which of these commands this machine does not have. */
export const missingTools = (names: string[]): string[] =>
  names.filter((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error !== undefined);
