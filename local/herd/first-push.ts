import type { Codebase } from '../../lib/codebase/codebase.ts';
import { git } from '../demo/person.ts';
import type { Place } from './take-up.ts';

/** Pushes what a codebase's clone begins as, where its branch has nothing yet; from then on `git push` alone does. Where there is no clone, the first push is another's. */
export async function firstPush({ branch }: Codebase, place: Place | undefined): Promise<void> {
  if (place?.clone === undefined) return;
  const isPushed = (await git(place.clone, 'ls-remote', '--heads', 'origin', branch)) !== '';
  if (!isPushed) await git(place.clone, 'push', '--quiet', '--set-upstream', 'origin', `HEAD:${branch}`);
}
