import type { Codebase, Herd } from '../codebase/codebase.ts';
import type { Carriers } from '../engine/carry.ts';
import { Failure } from '../lambda/failure.ts';

/** Asks the source for a branch's head; undefined where the branch is gone. */
export type Head = (codebase: Pick<Codebase, 'github' | 'repository' | 'branch'>) => Promise<string | undefined>;

/** What a branch owes: a look at its head, where a second had more than one push. */
export function branchCarriers({ herd, head }: { herd: Herd; head: Head }): Pick<Carriers, 'look-head'> {
  return {
    'look-head': async (_effect, { record }) => {
      if (record.kind !== 'branch') return undefined;
      const { codebase: name, order, waited = 0 } = record;
      const codebase = herd.byName(name);
      if (codebase === undefined) return undefined;
      const seen = await head(codebase).then(
        (commit) => ({ commit }),
        (error: unknown) => {
          if (!(error instanceof Failure) || error.retryable) throw error;
          return { commit: undefined, refused: error.message };
        },
      );
      return { of: 'branch', codebase: name, event: { kind: 'head-seen', ...seen, order, waited } };
    },
  };
}
