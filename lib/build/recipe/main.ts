// What the recipes ask that a shell says badly: `node recipe.mjs <question> …`. Bundled into one file; it needs Node 20 alone.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { refusal } from '../../image/refusal.ts';
import { Failure } from '../../lambda/failure.ts';
import { junitCases } from '../junit.ts';
import { cargoBinary, hasDoctests } from './cargo-binary.ts';
import { hasDependencies, nodeEntrypoint, packageManager } from './entrypoint.ts';
import { junitXml } from './junit-xml.ts';
import { libtestCases } from './libtest.ts';
import { reasonOf } from './reason.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

/** The last million bytes: a step may have written a hundred. */
const readEnd = (path: string): string => {
  const bytes = readFileSync(path);
  return bytes.subarray(Math.max(0, bytes.length - 1_000_000)).toString('utf8');
};

const casesIn = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.xml') && statSync(join(folder, name)).size < 20_000_000)
        .flatMap((name) => junitCases(read(join(folder, name))))
    : [];

const questions: Record<string, (...given: string[]) => string> = {
  reason: (step = '', code = '', log = '', reports = '') =>
    reasonOf(step, Number(code), readEnd(log), reports ? casesIn(reports) : []),
  'libtest-junit': (log = '') => junitXml(libtestCases(read(log))),
  'node-entrypoint': () => JSON.stringify(nodeEntrypoint(read('package.json'), existsSync)),
  'node-has-dependencies': () => String(hasDependencies(read('package.json'))),
  'node-package-manager': () => packageManager(read('package.json')),
  'node-script': (name = '') =>
    z.object({ scripts: z.record(z.string(), z.string()).default({}) }).parse(JSON.parse(read('package.json'))).scripts[
      name
    ] ?? '',
  'cargo-binary': (metadata = '', codebase = '', named = '') => {
    const { package: name, binary } = cargoBinary(read(metadata), codebase, named || undefined);
    return `${name} ${binary}`;
  },
  'cargo-has-doctests': (metadata = '') => String(hasDoctests(read(metadata))),
};

try {
  const [question = '', ...given] = process.argv.slice(2);
  const answer = questions[question];
  if (!answer) throw refusal(`no such question: ${question}`);
  process.stdout.write(`${answer(...given)}\n`);
} catch (error) {
  process.stderr.write(`drover: ${error instanceof Failure ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
