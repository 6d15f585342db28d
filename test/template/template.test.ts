import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { languages } from '../../lib/codebase/language.ts';
import { nameRefusals } from '../../lib/codebase/name-rule.ts';
import { packageName } from '../../lib/template/package-name.ts';
import { filled, newCodebaseFiles } from '../../lib/template/template.ts';

/** Names that drover takes; some are words that a language keeps for itself. */
const awkward = '404 3d v2 v1 match self async test std core proc-macro build con com1 internal vendor main service';
const codebaseName = fc.oneof(
  fc.constantFrom(...awkward.split(' ')),
  fc.stringMatching(/^[a-z0-9]+(?:-[a-z0-9]+){0,4}$/).filter((name) => nameRefusals(name).length === 0),
  fc.constant('a'.repeat(63)),
);

const Named = z.object({ name: z.string(), packages: z.record(z.string(), z.object({ name: z.string() })).optional() });
const Project = z.object({ project: z.object({ name: z.string() }) });
const Cargo = z.object({ package: z.union([z.object({ name: z.string() }), z.array(z.object({ name: z.string() }))]) });

const namesInNpm = (files: Record<string, string>): string[] => {
  const lock = Named.parse(JSON.parse(files['package-lock.json'] ?? ''));
  return [Named.parse(JSON.parse(files['package.json'] ?? '')).name, lock.name, lock.packages?.['']?.name ?? ''];
};

/** The name in every manifest and lockfile of a language. */
const namesIn: Record<string, (files: Record<string, string>) => string[]> = {
  node: namesInNpm,
  dockerfile: namesInNpm,
  python: (files) => [Project.parse(parse(files['pyproject.toml'] ?? '')).project.name],
  rust: (files) =>
    ['Cargo.toml', 'Cargo.lock'].flatMap((path) => {
      const found = Cargo.parse(parse(files[path] ?? '')).package;
      return Array.isArray(found) ? found.map(({ name }) => name) : [found.name];
    }),
  go: (files) => [/^module example\.com\/(\S+)$/m.exec(files['go.mod'] ?? '')?.[1] ?? ''],
};

/** What each language says a name must be; the places where it says so are in lib/template/package-name.ts. */
const legal: Record<string, RegExp> = {
  node: /^[a-z0-9][a-z0-9-]{0,213}$/,
  dockerfile: /^[a-z0-9][a-z0-9-]{0,213}$/,
  python: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
  rust: /^(?!(?:match|self|async|test|std|core|proc-macro|build|con|com1)$)[a-z][a-z0-9-]*$/,
  go: /^(?!(?:v\d+|internal|vendor|con|com1)$)[a-z0-9][a-z0-9-]*$/,
};

describe.each([...languages])('the template of %s', (language) => {
  const of = (name: string) => newCodebaseFiles(language, name);

  test('is ten files or fewer: source, test, manifest, what git keeps out, and a README', () => {
    const paths = Object.keys(of('shop'));
    expect(paths.length).toBeLessThanOrEqual(10);
    expect(paths).toEqual(expect.arrayContaining(['README.md', '.gitignore']));
    expect(Object.entries(of('shop')).filter(([, text]) => /test/i.test(text))).not.toEqual([]);
  });

  test('holds no name of a template under any name that drover takes, and one that its tools take wherever they read it', () => {
    fc.assert(
      fc.property(codebaseName, (name) => {
        const files = of(name);
        expect(Object.keys(files)).toEqual(Object.keys(of('shop')));
        if (!/(codebase|package)-name/.test(name))
          expect(Object.values(files).join('\n')).not.toMatch(/(codebase|package)-name/);
        expect(files['README.md']?.startsWith(`# ${name}\n`)).toBe(true);
        const names = namesIn[language]?.({ ...files }) ?? [];
        expect(new Set(names)).toEqual(new Set([packageName(language, name)]));
        for (const one of names) expect(one).toMatch(legal[language] ?? /^$/);
      }),
      { numRuns: 60 },
    );
  });
});

test('rustfmt breaks lines by their length: no source of the Rust template changes with the name', () => {
  const sources = (name: string) =>
    Object.entries(newCodebaseFiles('rust', name)).filter(([path]) => path.endsWith('.rs'));
  expect(sources('a')).toEqual(sources('b'.repeat(63)));
});

test('a name that a language keeps for itself is changed in its manifest alone', () => {
  const files = filled({ 'README.md': '# codebase-name\n', 'Cargo.toml': 'name = "package-name"\n' }, 'rust', 'match');
  expect(files).toEqual({ 'README.md': '# match\n', 'Cargo.toml': 'name = "service-match"\n' });
  expect(packageName('node', 'match')).toBe('match');
});
