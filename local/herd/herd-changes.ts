import { isDeepStrictEqual } from 'node:util';
import type { Codebase, Herd } from '../../lib/codebase/codebase.ts';

export type HerdChanges = {
  added: Codebase[];
  /** Off the list; what was kept of them stays. */
  retired: Codebase[];
  /** As they are now, with what is other than it was, in the words of the list. */
  changed: { codebase: Codebase; what: string[] }[];
};

/** What changed from one herd to the next, defaults filled in: a default that changes is a change of each that it holds for. Order is none. */
export function herdChanges(before: Herd, after: Herd): HerdChanges {
  return {
    added: after.codebases.filter(({ name }) => before.byName(name) === undefined),
    retired: before.codebases.filter(({ name }) => after.byName(name) === undefined),
    changed: after.codebases.flatMap((codebase) => {
      const was = before.byName(codebase.name);
      const what = was === undefined ? [] : differences(was, codebase);
      return what.length === 0 ? [] : [{ codebase, what }];
    }),
  };
}

function differences(was: Codebase, is: Codebase): string[] {
  const [old, now] = [inWordsOfTheList(was), inWordsOfTheList(is)];
  return [...new Set([...old.keys(), ...now.keys()])].filter((key) => !isDeepStrictEqual(old.get(key), now.get(key)));
}

/** What a recipe is told is written as three keys. */
function inWordsOfTheList({ recipe = {}, buildTimeoutMinutes, ...rest }: Codebase): Map<string, unknown> {
  const { DROVER_PACKAGE, DROVER_BINARY, ...steps } = recipe;
  return new Map<string, unknown>([
    ...Object.entries(rest),
    ['buildTimeout', buildTimeoutMinutes],
    ['package', DROVER_PACKAGE],
    ['binary', DROVER_BINARY],
    ['steps', steps],
  ]);
}
