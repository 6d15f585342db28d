import { lineOf, type NewEntry, withCodebase } from '../../lib/codebase/add-codebase.ts';
import type { Codebase } from '../../lib/codebase/codebase.ts';
import { parseHerd, problemLines } from '../../lib/codebase/parse-herd.ts';
import type { Files } from '../../lib/template/files.ts';

export type NewPlan = {
  codebase: Codebase;
  files: Files;
  /** As it stands in `codebases.yml`, or will. */
  line: string;
  /** The whole of `codebases.yml` with that line; undefined where it has the codebase already. */
  herdText: string | undefined;
};

export type Planned = { kind: 'plan'; plan: NewPlan } | { kind: 'refused'; reasons: string[] };

/**
 * What `drover new` makes of a herd's text. A codebase that is in the list just as it is asked for is no mistake here: a call that
 * was interrupted is repeated, and its folder tells whether it was.
 */
export function planNew(
  herd: { file: string; text: string },
  { name, language, organisation }: { name: string; language: string; organisation?: string | undefined },
  files: (language: string, name: string) => Files,
): Planned {
  const parsed = parseHerd(herd.text);
  if (parsed.kind === 'problems') return { kind: 'refused', reasons: problemLines(herd.file, parsed.problems) };
  const usual = parsed.file.defaults?.organisation;
  const entry: NewEntry = { name, language, ...(organisation && organisation !== usual ? { organisation } : {}) };
  const listed = parsed.herd.byName(name);
  if (listed) {
    const isSame = listed.language === language && listed.repository === `${organisation ?? usual}/${name}`;
    if (!isSame) return { kind: 'refused', reasons: [takenText(name, herd.file)] };
    return {
      kind: 'plan',
      plan: { codebase: listed, files: files(language, name), line: lineOf(entry), herdText: undefined },
    };
  }
  const added = withCodebase(herd.text, entry);
  if (added.kind === 'refused') return { kind: 'refused', reasons: added.reasons.map(withOption) };
  const codebase = added.parsed.herd.byName(name);
  if (!codebase) return { kind: 'refused', reasons: ['the list of codebases cannot be read as one'] };
  return { kind: 'plan', plan: { codebase, files: files(language, name), line: added.line, herdText: added.text } };
}

/** What is said of a name that another codebase has. */
export const takenText = (name: string, file: string): string =>
  `${file} has a codebase “${name}” already: take another name`;

/** The file's own advice is to write a key; at the keyboard there is an option. */
const withOption = (reason: string): string =>
  reason.startsWith('no GitHub organisation')
    ? 'no GitHub organisation: name it by --organisation, or in the defaults of the herd'
    : reason;
