import { minVersion, satisfies, validRange } from 'semver';
import * as z from 'zod';
import { refusal } from '../../image/refusal.ts';

const Engines = z.looseObject({ engines: z.looseObject({ node: z.string().optional() }).optional() });

/** The lines of Node that are kept up, newest first (https://github.com/nodejs/release#release-schedule, November 2026). */
const kept = [26, 24, 22];

/**
 * The Node that `engines.node` asks for, where the one at hand (`v24.1.0`) is not it: the newest line that fits, else the lowest
 * version. Empty where the one at hand fits, or nothing is asked.
 */
export function nodeFromEngines(text: string, here: string): string {
  const range = Engines.parse(JSON.parse(text)).engines?.node;
  if (range === undefined || satisfies(here, range)) return '';
  if (validRange(range) === null) throw refusal(`package.json asks for Node “${range}”, which is no range of versions`);
  const line = kept.find((major) => satisfies(`${major}.999.0`, range));
  return line === undefined ? (minVersion(range)?.version ?? '') : String(line);
}
