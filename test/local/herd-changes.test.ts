import { expect, test } from 'vitest';
import type { Herd } from '../../lib/codebase/codebase.ts';
import { parseHerd } from '../../lib/codebase/parse-herd.ts';
import { herdChanges } from '../../local/herd/herd-changes.ts';

const herdOf = (codebases: string, defaults = ''): Herd => {
  const parsed = parseHerd(`defaults: { organisation: acme${defaults} }\ncodebases: [${codebases}]`);
  if (parsed.kind === 'problems') throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.herd;
};
const between = (before: Herd, after: Herd) => {
  const { added, retired, changed } = herdChanges(before, after);
  return {
    added: added.map(({ name }) => name),
    retired: retired.map(({ name }) => name),
    changed: changed.map(({ codebase, what }) => `${codebase.name}: ${what.join(', ')}`),
  };
};
const none = { added: [], retired: [], changed: [] };
const [hello, pebble] = ['{ name: hello, language: node }', '{ name: pebble, language: go }'];

test('the same herd in another order, or with a default said in words, is no change', () => {
  expect(between(herdOf(`${hello}, ${pebble}`), herdOf(`${pebble}, ${hello}`))).toEqual(none);
  expect(
    between(herdOf(hello), herdOf('{ name: hello, language: node, branch: main, repository: acme/hello }')),
  ).toEqual(none);
});

test('a line more, a line less, and a rename, which is both', () => {
  expect(between(herdOf(hello), herdOf(`${hello}, ${pebble}`))).toEqual({ ...none, added: ['pebble'] });
  expect(between(herdOf(`${hello}, ${pebble}`), herdOf(hello))).toEqual({ ...none, retired: ['pebble'] });
  expect(between(herdOf(hello), herdOf('{ name: hallo, language: node }'))).toEqual({
    ...none,
    added: ['hallo'],
    retired: ['hello'],
  });
});

test.each([
  ['language: go', 'language'],
  ['language: node, branch: trunk', 'branch'],
  ['language: node, repository: other/hello', 'repository'],
  ['language: node, environments: [{ name: staging, cluster: staging }, production]', 'environments'],
  ['language: node, environments: [{ name: production, approval: none }]', 'environments'],
  ['language: node, package: web', 'package'],
  ['language: node, binary: serve', 'binary'],
  ['language: node, steps: { test: npm run fast }', 'steps'],
  ['language: node, compute: large, buildTimeout: 10m', 'compute, buildTimeout'],
])('what is said of it is other: %s', (said, what) => {
  expect(between(herdOf(hello), herdOf(`{ name: hello, ${said} }`))).toEqual({ ...none, changed: [`hello: ${what}`] });
});

test('a default that changes is a change of each that it holds for, and of no other', () => {
  const own = '{ name: pebble, language: go, branch: main }';
  const before = herdOf(`${hello}, ${own}`);
  expect(between(before, herdOf(`${hello}, ${own}`, ', branch: trunk'))).toEqual({
    ...none,
    changed: ['hello: branch'],
  });
});
