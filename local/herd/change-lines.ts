import type { HerdChanges } from './herd-changes.ts';
import type { Place } from './take-up.ts';

/** Where a person goes on with a codebase. `shown` writes a folder as the person sees it from where they are. */
export function wayIn({ url, clone }: Place, shown: (folder: string) => string): string {
  return clone === undefined ? `git clone ${url}, edit, commit, git push` : `${shown(clone)}   edit, commit, git push`;
}

/** What a change of the list means, a line for each codebase. */
export function changeLines({ added, retired, changed }: HerdChanges, wayInto: (codebase: string) => string): string[] {
  return [
    ...added.map(({ name }) => `${name} is in the herd now: ${wayInto(name)}`),
    ...changed.map(({ codebase, what }) => {
      return `${codebase.name} is otherwise in the list (${what.join(', ')}): that holds from its next build and rollout on.`;
    }),
    ...retired.map(({ name }) => {
      return `${name} is off the list: nothing more of it is built; what runs, its images and its history stay.`;
    }),
  ];
}
