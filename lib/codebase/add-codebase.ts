import { isDeepStrictEqual } from 'node:util';
import { type Document, isNode, isSeq, parseDocument, stringify } from 'yaml';
import type { CodebaseFile, HerdFile } from './herd-file.ts';
import { type ParsedHerd, parseHerd } from './parse-herd.ts';

/** A new codebase as `codebases.yml` has it: the keys that differ from the defaults, in the order in which they are written. */
export type NewEntry = Pick<CodebaseFile, 'name'> & { language: string } & Partial<
    Pick<CodebaseFile, 'organisation' | 'repository' | 'branch' | 'package' | 'binary'>
  >;

/** The text with one entry more, and the herd that it is then; or what is wrong with the entry, a line each. */
export type WithCodebase =
  | { kind: 'added'; text: string; line: string; parsed: Extract<ParsedHerd, { kind: 'herd' }> }
  | { kind: 'refused'; reasons: string[] };

/** The line of a codebase, as a person would write it. */
export const lineOf = (entry: NewEntry): string =>
  `- ${stringify(entry, { collectionStyle: 'flow', lineWidth: 0 }).trim()}`;

/**
 * Adds an entry at the end of the list of a herd's text that is right, and keeps all else of it, comments and spaces too. A list that is all in one line is
 * written anew by `yaml`, which keeps the comments.
 */
export function withCodebase(text: string, entry: NewEntry): WithCodebase {
  const before = parseHerd(text);
  const document = parseDocument(text);
  const candidates = [
    inEmptyList(text, document, entry),
    underTheLast(text, document, entry),
    writtenAnew(document, entry),
  ];
  let reasons: string[] = [];
  for (const candidate of candidates) {
    if (candidate === undefined) continue;
    const parsed = parseHerd(candidate);
    if (parsed.kind === 'problems') reasons = parsed.problems.map(({ message }) => message);
    else if (before.kind === 'herd' && isOnlyLonger(before.file, parsed.file))
      return { kind: 'added', text: candidate, line: lineOf(entry), parsed };
  }
  return { kind: 'refused', reasons: reasons.length > 0 ? reasons : ['the list of codebases cannot be read as one'] };
}

/** Whatever was written before is still there: text was put in by its place, and a file can be odd. */
const isOnlyLonger = (before: HerdFile, after: HerdFile): boolean =>
  after.codebases.length === before.codebases.length + 1 &&
  isDeepStrictEqual({ ...after, codebases: after.codebases.slice(0, -1) }, before);

/** A line of its own after the list's last one, as far from the margin. */
function underTheLast(text: string, document: Document, entry: NewEntry): string | undefined {
  const list = document.get('codebases');
  const last = isSeq(list) && !list.flow ? list.items.at(-1) : undefined;
  if (!isNode(last) || !last.range) return undefined;
  const [from, to] = last.range;
  const margin = /^([ ]*)-[ ]+$/.exec(text.slice(text.lastIndexOf('\n', from - 1) + 1, from))?.[1];
  if (margin === undefined) return undefined;
  const end = text[to - 1] === '\n' ? to - 1 : text.indexOf('\n', to);
  const [head, tail] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)];
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return `${head.replace(/\r$/, '')}${newline}${margin}${lineOf(entry)}${newline}${tail}`;
}

/** `codebases: []` becomes a list of one line. */
function inEmptyList(text: string, document: Document, entry: NewEntry): string | undefined {
  const list = document.get('codebases');
  if (!isSeq(list) || !list.range || list.items.length > 0) return undefined;
  const [from, to] = list.range;
  const end = text.indexOf('\n', to);
  const [rest, tail] = end < 0 ? [text.slice(to), ''] : [text.slice(to, end).replace(/\r$/, ''), text.slice(end + 1)];
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return `${text.slice(0, from).trimEnd()}${rest}${newline}  ${lineOf(entry)}${newline}${tail}`;
}

function writtenAnew(document: Document, entry: NewEntry): string | undefined {
  const list = document.get('codebases');
  if (!isSeq(list)) return undefined;
  list.add(document.createNode(entry, { flow: true }));
  return document.toString({ lineWidth: 0 });
}
