import { existsSync, readFileSync } from 'node:fs';
import { Refused } from './api-client.ts';

/** The text of a herd's list. Throws `Refused` where there is none. */
export function readHerdText(file: string, given: string | undefined): string {
  if (existsSync(file)) return readFileSync(file, 'utf8');
  if (given !== undefined) throw new Refused(`there is no ${given}`);
  throw new Refused("there is no codebases.yml here: run it in drover's folder, or name the file by --herd");
}
