import { stripVTControlCharacters } from 'node:util';
import type { TestCase } from '../junit.ts';

/** The cases in the plain output of Rust's test harness; its own JUnit form is not stable (https://github.com/rust-lang/rust/issues/85563). */
export function libtestCases(log: string): TestCase[] {
  const cases: TestCase[] = [];
  const texts = new Map<string, string>();
  let suite = '';
  let section: string | undefined;
  for (const line of stripVTControlCharacters(log).split(/\r?\n/)) {
    const [, target] = /^\s+(?:Running|Doc-tests) (?:unittests )?(\S+)/.exec(line) ?? [];
    const [, name, status] = /^test (.+?) \.\.\. (ok|FAILED|ignored)/.exec(line) ?? [];
    const [, begun] = /^---- (.+) stdout ----$/.exec(line) ?? [];
    if (target) suite = target;
    else if (name) cases.push({ name, suite, status: statusOf(status), seconds: 0 });
    else if (begun) section = begun;
    else if (/^failures:$|^test result: /.test(line)) section = undefined;
    else if (section) texts.set(section, `${texts.get(section) ?? ''}${line}\n`);
  }
  return cases.map((one) => (one.status === 'failed' ? { ...one, text: panicOf(texts.get(one.name) ?? '') } : one));
}

const statusOf = (word: string | undefined): TestCase['status'] =>
  word === 'ok' ? 'passed' : word === 'ignored' ? 'skipped' : 'failed';

/** What the panic said, without the line that names the thread. */
const panicOf = (text: string): string => text.trim().replace(/^thread .* panicked at (.*):\n/, '$1: ');
