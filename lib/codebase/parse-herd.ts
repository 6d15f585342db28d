import { type Document, LineCounter, parseDocument, visit } from 'yaml';
import { checkHerd } from './check-herd.ts';
import type { Herd } from './codebase.ts';
import { explain } from './explain.ts';
import { HerdFile } from './herd-file.ts';
import { placeInText } from './place-in-text.ts';
import type { Problem } from './problem.ts';
import { resolveHerd } from './resolve-herd.ts';

/** The herd and the file that it came from, or everything that is wrong with the text, in its order. */
export type ParsedHerd = { kind: 'herd'; herd: Herd; file: HerdFile } | { kind: 'problems'; problems: Problem[] };

const example = 'expected “codebases:” and a list, each entry with “name:” and “language:”';

/** Reads `codebases.yml`. It never throws: whatever the text is, the answer is a herd or the mistakes with their places. */
export function parseHerd(text: string): ParsedHerd {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = [...document.errors, ...document.warnings, ...lostAliases(document)];
  if (broken.length > 0)
    return problems(
      broken.map(({ pos, message }) => {
        const { line, col } = lines.linePos(pos[0]);
        return { line, column: col, message: `not YAML as it should be: ${message}` };
      }),
    );
  const written = attempt(() => document.toJS({ maxAliasCount: 100 }));
  if (written.kind === 'refused') return problems([{ line: 1, column: 1, message: written.reason }]);
  const { value } = written;
  if (value === null || value === undefined)
    return problems([{ line: 1, column: 1, message: `the file is empty: ${example}` }]);
  if (typeof value !== 'object' || Array.isArray(value))
    return problems([{ line: 1, column: 1, message: `not a herd: ${example}` }]);
  const parsed = HerdFile.safeParse(value);
  const mistakes = parsed.success
    ? checkHerd(parsed.data)
    : parsed.error.issues.flatMap((issue) => explain(issue, (path) => valueAt(value, path)));
  if (mistakes.length > 0 || !parsed.success)
    return problems(mistakes.map((mistake) => placeInText(mistake, document, lines)));
  return { kind: 'herd', herd: resolveHerd(parsed.data), file: parsed.data };
}

const problems = (found: Problem[]): ParsedHerd => ({
  kind: 'problems',
  problems: found.toSorted((a, b) => a.line - b.line || a.column - b.column),
});

/** Aliases to anchors that are not there: `yaml` notices them only later, and then without a place. */
function lostAliases(document: Document): { pos: [number, number]; message: string }[] {
  const lost: { pos: [number, number]; message: string }[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return;
      const at = alias.range?.[0] ?? 0;
      lost.push({ pos: [at, at], message: `no anchor “&${alias.source}” comes before “*${alias.source}”` });
    },
  });
  return lost;
}

/** `yaml` throws on aliases that would expand without bound. */
function attempt(read: () => unknown): { kind: 'value'; value: unknown } | { kind: 'refused'; reason: string } {
  try {
    return { kind: 'value', value: read() };
  } catch (error) {
    return {
      kind: 'refused',
      reason: `not YAML as it should be: ${error instanceof Error ? error.message : 'unreadable'}`,
    };
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined),
    value,
  );
}

/** The problems as a terminal shows them: `codebases.yml:3:5 message`. */
export const problemLines = (file: string, found: readonly Problem[]): string[] =>
  found.map(({ line, column, message }) => `${file}:${line}:${column} ${message}`);
