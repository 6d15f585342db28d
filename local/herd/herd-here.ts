import type { Codebase, Herd } from '../../lib/codebase/codebase.ts';
import type { HerdFile } from '../../lib/codebase/herd-file.ts';
import { herdJson } from '../../lib/codebase/read-herd.ts';
import { resolveHerd } from '../../lib/codebase/resolve-herd.ts';
import { writeWhole } from '../disk/write-whole.ts';
import { type HerdChanges, herdChanges } from './herd-changes.ts';
import type { Place } from './take-up.ts';

export type HerdHereOptions = {
  /** The local one's address, which holds here whatever the list says. */
  github: string;
  /** Where functions find the herd. */
  path: string;
  /** Throws where this machine cannot have that herd at all; then the herd stays as it was. */
  admit: (herd: Herd) => void;
  takeUp: (codebase: Codebase) => Promise<Place>;
  /** Replaces the functions by ones that know the herd. */
  deploy: () => Promise<void>;
  onProblem: (line: string) => void;
};

/** The herd on this machine, and how it becomes another: what codebases need is made, then the functions are replaced, as a deploy does it. */
export function herdHere({ github, path, admit, takeUp, deploy, onProblem }: HerdHereOptions) {
  const here = (file: HerdFile): HerdFile => ({ ...file, defaults: { ...file.defaults, github } });
  const places = new Map<string, Place>();
  let herd = resolveHerd({ codebases: [] });
  let deployed = herd;
  let taken: string | undefined;
  return {
    herd: () => herd,
    /** The one that the functions know. */
    deployed: () => deployed,
    placeOf: (codebase: string): Place | undefined => places.get(codebase),
    /** Takes up the list as it is now. A codebase that cannot be taken up is left out and told; the others are not kept from it. */
    take: async (file: HerdFile): Promise<HerdChanges> => {
      const wanted = resolveHerd(here(file));
      if (herdJson(here(file)) === taken) return herdChanges(herd, wanted);
      admit(wanted);
      const failed = new Set<string>();
      const { added, changed } = herdChanges(herd, wanted);
      for (const codebase of [...added, ...changed.map((each) => each.codebase)])
        try {
          places.set(codebase.name, await takeUp(codebase));
        } catch (error) {
          failed.add(codebase.name);
          onProblem(`${codebase.name} is left out: ${error instanceof Error ? error.message : String(error)}`);
        }
      const next = here({ ...file, codebases: file.codebases.filter(({ name }) => !failed.has(name)) });
      const before = herd;
      herd = resolveHerd(next);
      taken = herdJson(next);
      writeWhole(path, taken);
      await deploy();
      deployed = herd;
      return herdChanges(before, herd);
    },
  };
}
