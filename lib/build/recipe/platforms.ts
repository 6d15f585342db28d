import { platforms as known } from '../../codebase/compute.ts';
import { refusal } from '../../image/refusal.ts';

/** The platforms that an image is for, in one order: those named (`linux/arm64 linux/amd64`), else this machine's own. */
export function platformsOf(named: string | undefined, own: string): string[] {
  const wanted = (named ?? '').split(/[\s,]+/).filter(Boolean);
  const strange = wanted.find((platform) => !known.some((one) => one === platform));
  if (strange !== undefined) throw refusal(`no image is built for ${strange}: there is ${known.join(', ')}`);
  return wanted.length === 0 ? [own] : [...new Set(wanted)].sort();
}
