import type { HerdFile } from '../../lib/codebase/herd-file.ts';
import { missingTools } from '../tools.ts';

const toolOf: Record<string, string> = { go: 'go', python: 'python3', rust: 'cargo' };

/** The herd as far as this machine has the tools for it, and a line for each codebase that is left out. */
export function presentHerd(file: HerdFile): { file: HerdFile; leftOut: string[] } {
  const missing = new Set(missingTools(Object.values(toolOf)));
  const isPresent = ({ language }: { language: string }) => !missing.has(toolOf[language] ?? '');
  return {
    file: { ...file, codebases: file.codebases.filter(isPresent) },
    leftOut: file.codebases
      .filter((codebase) => !isPresent(codebase))
      .map(({ name, language }) => {
        return `There is no ${toolOf[language]} on this machine: ${name}, which is in ${language}, is left out.`;
      }),
  };
}
