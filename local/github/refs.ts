import { git } from './git.ts';

/** Full ref name to object name. */
export type Refs = ReadonlyMap<string, string>;

export type RefChange = { ref: string; before: string; after: string };

export const zeros = '0'.repeat(40);

/** All branches and tags of a repository. */
export async function refsOf(folder: string): Promise<Refs> {
  const lines = await git(folder, ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags']);
  return new Map(
    lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(41), line.slice(0, 40)]),
  );
}

/**
 * What a push changed, as far as GitHub tells of it: more than three tags at once are not told at all.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#push
 */
export function changesBetween(before: Refs, after: Refs): RefChange[] {
  const all = [...new Set([...before.keys(), ...after.keys()])]
    .map((ref) => ({ ref, before: before.get(ref) ?? zeros, after: after.get(ref) ?? zeros }))
    .filter((change) => change.before !== change.after);
  const tags = all.filter(({ ref }) => ref.startsWith('refs/tags/'));
  return tags.length > 3 ? all.filter((change) => !tags.includes(change)) : all;
}
