import { stripVTControlCharacters } from 'node:util';
import { steps } from '../../codebase/language.ts';
import { harmless } from '../facts.ts';
import type { TestCase } from '../junit.ts';
import { exhausted } from './exhausted.ts';

const longest = 200;

/**
 * Why a step failed, in one plain line of at most 200 characters: what drover's own scripts said (`drover: …`), else what the
 * machine ran out of, else the first test that failed, else the first line of the log that speaks of an error, else its last line.
 */
export function reasonOf(step: string, code: number, log: string, cases: TestCase[]): string {
  const lines = stripVTControlCharacters(log)
    .split(/[\r\n]+/)
    .map((line) => line.replace(/[\p{Cc}\p{Cf}]/gu, ' ').trim())
    // npm and others show the command itself after “> ”, which says nothing of what came of it.
    .filter((line) => line !== '' && !line.startsWith('> '));
  const said = lines.findLast((line) => /^(drover|image): /.test(line));
  if (said) return cut(`${step}: ${said.replace(/^(drover|image): /, '')}`);
  const machine = exhausted(code, lines);
  if (machine) return cut(`${step}: ${machine}`);
  const failed = cases.filter(({ status }) => status === 'failed');
  const [first] = failed;
  if (first) {
    return cut([`${step}: ${failed.length} of ${cases.length} failed`, first.name, ...firstOf(first.text)].join(': '));
  }
  const spoken = lines.filter((line) => !aboutNpm.test(line));
  const telling =
    spoken.find((line) => /^(npm (error|ERR!) \S|error(\[\w+\])?: )/.test(line)) ??
    spoken.find((line) => /\berror\b/i.test(line) && !/\b0 errors?\b/.test(line)) ??
    spoken.at(-1) ??
    lines.at(-1);
  return cut(`${step} failed with exit status ${code}${telling ? `: ${telling}` : ''}`);
}

/** What npm says around its reason: where it was and what it ran. Where a script failed, the script said why before it. */
const aboutNpm =
  /^npm (error|ERR!)( (code|errno|syscall|path|dest|command|workspace|location|Lifecycle script|A complete log)\b.*)?$/;

/** What a test said first; a line that ends in a colon says nothing without the next one. */
function firstOf(text = ''): string[] {
  const [line, next] = text
    .split('\n')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (line === undefined) return [];
  return [line.endsWith(':') && next !== undefined ? `${line} ${next}` : line];
}

/** Steps run side by side: in whatever order they failed, the same failures are told in the same words. */
const order: readonly string[] = ['commit', ...steps, 'image'];
const placeOf = (reason: string): number => order.indexOf(/^[a-z]+/.exec(reason)?.[0] ?? '');

/** Every reason in one line that a record keeps whole (300 characters, lib/build/failure-reason.ts), each with its fair share of it. */
export function reasonsOf(text: string): string {
  const reasons = text
    .split('\n')
    .filter((line) => line !== '')
    .toSorted((one, other) => placeOf(one) - placeOf(other));
  return reasons.map((reason) => cut(reason, Math.floor(300 / reasons.length) - 2)).join('; ');
}

/** What looks like a secret goes first: of one that is cut in two, half would be told. */
function cut(text: string, most = longest): string {
  const told = harmless(text);
  return told.length <= most ? told : `${told.slice(0, most - 1)}…`;
}
