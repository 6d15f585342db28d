import type { Codebase } from '../../lib/codebase/codebase.ts';
import type { HerdFile } from '../../lib/codebase/herd-file.ts';
import { parseHerd, problemLines } from '../../lib/codebase/parse-herd.ts';
import type { Stack } from '../stack.ts';
import { changeLines, wayIn } from './change-lines.ts';
import { firstPush } from './first-push.ts';
import { followFile } from './follow-file.ts';

export type FollowHerdOptions = {
  /** The list, as the person named it. */
  path: string;
  stack: Pick<Stack, 'take' | 'placeOf'>;
  /** The list as far as this machine can have it, and what is left out, a line each. */
  present: (file: HerdFile) => { file: HerdFile; leftOut: string[] };
  /** What was said to be left out before. */
  leftOut: string[];
  /** What a person should know of where codebases that are new or other go: a line each. */
  lookAt: (codebases: Codebase[]) => Promise<string[]>;
  shown: (folder: string) => string;
  say: (line: string) => void;
};

/** While the stack runs: takes up what changes in the list, and says so. A list with a mistake is told once, and the herd stays as it was. */
export function followHerd(options: FollowHerdOptions): { stop: () => void } {
  const { path, stack, say } = options;
  let isWrong = false;
  let leftOut = options.leftOut;

  const take = async (written: HerdFile) => {
    const present = options.present(written);
    for (const line of present.leftOut) if (!leftOut.includes(line)) say(line);
    leftOut = present.leftOut;
    const changes = await stack.take(present.file);
    const wayInto = (name: string) => {
      const place = stack.placeOf(name);
      return place === undefined ? '' : wayIn(place, options.shown);
    };
    for (const line of changeLines(changes, wayInto)) say(line);
    const others = [...changes.added, ...changes.changed.map(({ codebase }) => codebase)];
    for (const line of await options.lookAt(others)) say(`  ! ${line}`);
    for (const codebase of others) await firstPush(codebase, stack.placeOf(codebase.name));
  };

  return followFile(path, async (text) => {
    const wasWrong = isWrong;
    const parsed = text === undefined ? undefined : parseHerd(text);
    isWrong = parsed?.kind !== 'herd';
    if (parsed === undefined) say(`  ! ${path} cannot be read any more: the herd stays as it was.`);
    else if (parsed.kind === 'problems') {
      for (const line of problemLines(path, parsed.problems)) say(`  ! ${line}`);
      say('    The herd stays as it was.');
    } else {
      if (wasWrong) say(`${path} is right again.`);
      await take(parsed.file).catch((error: unknown) => {
        say(`  ! ${path} was not taken up: ${error instanceof Error ? error.message : String(error)}`);
      });
    }
  });
}
