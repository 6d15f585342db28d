import { existsSync, readFileSync } from 'node:fs';
import { type ParsedHerd, parseHerd, problemLines } from '../lib/codebase/parse-herd.ts';

/** The herd of the root's `codebases.yml`. Throws its mistakes, one on a line, each with file, line and column; and where there is none. */
export function loadHerd(file = 'codebases.yml'): Extract<ParsedHerd, { kind: 'herd' }> {
  if (!existsSync(file))
    throw new Error(`there is no ${file} here: run it in drover's folder, or name the file by --herd`);
  const parsed = parseHerd(readFileSync(file, 'utf8'));
  if (parsed.kind === 'problems') throw new Error(problemLines(file, parsed.problems).join('\n'));
  return parsed;
}
