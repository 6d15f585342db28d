import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineOf, withCodebase } from '../../lib/codebase/add-codebase.ts';
import { parseHerd } from '../../lib/codebase/parse-herd.ts';

const pebble = { name: 'pebble', language: 'node' };
const added = (text: string, entry = pebble): string => {
  const result = withCodebase(text, entry);
  if (result.kind === 'refused') throw new Error(result.reasons.join('; '));
  expect(result.parsed.herd.byName(entry.name)?.language).toBe(entry.language);
  return result.text;
};
const head = 'defaults: { organisation: acme }\ncodebases:\n';

describe('a codebase more', () => {
  test.each([
    ['a line under the last', `${head}  - { name: shop, language: go }\n`, '  - { name: pebble, language: node }\n'],
    ['at the margin', `${head}- { name: shop, language: go }\n`, '- { name: pebble, language: node }\n'],
    ['after a comment of the last line', `${head}  - { name: shop, language: go } # ours\n`, undefined],
    ['after an entry of several lines', `${head}  - name: shop\n    language: go\n    branch: trunk\n`, undefined],
  ])('is %s', (_, text, line = '  - { name: pebble, language: node }\n') => {
    expect(added(text)).toBe(text + line);
  });

  test('needs no line break at the end, and keeps those of Windows', () => {
    expect(added(`${head}  - { name: shop, language: go }`)).toBe(
      `${head}  - { name: shop, language: go }\n  - { name: pebble, language: node }\n`,
    );
    const windows = `${head}  - { name: shop, language: go }\n`.replaceAll('\n', '\r\n');
    expect(added(windows)).toBe(`${windows}  - { name: pebble, language: node }\r\n`);
  });

  test('leaves what comes after the list, and every comment, where it is', () => {
    const list = 'codebases: # all of them\n  - {name: shop,   language: go} # ours\n';
    const rest = '\n# who owns them\ndefaults:\n    organisation:   acme\n';
    expect(added(list + rest)).toBe(`${list}  - { name: pebble, language: node }\n${rest}`);
  });

  test('goes into an empty list, and into one that is written in one line; comments stay', () => {
    const spaced = 'defaults: {organisation:   acme}';
    expect(added(`# the herd\ncodebases: [] # none yet\n${spaced}\n`)).toBe(
      `# the herd\ncodebases: # none yet\n  - { name: pebble, language: node }\n${spaced}\n`,
    );
    expect(added('defaults: { organisation: acme } # ours\ncodebases: [{ name: shop, language: go }]\n')).toBe(
      'defaults: { organisation: acme } # ours\ncodebases: [ { name: shop, language: go }, { name: pebble, language: node } ]\n',
    );
  });

  test('of a name that YAML would take for a number is quoted', () => {
    expect(lineOf({ name: '404', language: 'go' })).toBe('- { name: "404", language: go }');
    expect(added(`${head}  - { name: shop, language: go }\n`, { name: '1e3', language: 'go' })).toContain('"1e3"');
  });

  test("goes into this repository's own list without another change", () => {
    const own = readFileSync('codebases.yml', 'utf8');
    expect(added(own).replace(/\n {2}- \{ name: pebble, language: node \}(?=\n)/, '')).toBe(own);
  });

  test('is there, with all that was there, in whatever way the list is written', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{3,8}$/).filter((one) => one !== 'pebble');
    const ways = fc.constantFrom(
      (one: string) => `  - { name: ${one}, language: go }\n`,
      (one: string) => `  # about ${one}\n  - name: ${one}\n    language: go\n\n`,
      (one: string) => `  - language: go # first\n    name: "${one}"\n    steps: { test: "true" }\n`,
      (one: string) => `  -\n    name: ${one}\n    language: go\n`,
      (one: string) => `  - name: ${one}\n    language: go\n    steps:\n      test: |\n        a\n        b\n`,
    );
    const lists = fc
      .uniqueArray(name, { maxLength: 5 })
      .chain((all) => fc.tuple(...all.map((one) => ways.map((way) => way(one)))));
    fc.assert(
      fc.property(
        lists,
        fc.constantFrom('', '\n', '# the end\n', 'defaults: { organisation: acme }\n'),
        (list, end) => {
          const organisation = end.startsWith('defaults') ? '' : 'defaults: { organisation: acme }\n';
          const text = `${organisation}codebases:${list.length === 0 ? ' []' : ''}\n${list.join('')}${end}`;
          const before = parseHerd(text);
          const after = parseHerd(added(text));
          if (before.kind !== 'herd' || after.kind !== 'herd') throw new Error('no herd');
          expect(after.file.codebases.slice(0, -1)).toEqual(before.file.codebases);
          for (const comment of text.match(/#.*/g) ?? []) expect(added(text)).toContain(comment);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('nothing is added', () => {
  const text = `${head}  - { name: shop, language: go }\n`;
  test.each([
    [{ name: 'shop', language: 'go' }, /^“shop” is in the list twice/],
    [{ name: 'Shop', language: 'go' }, /^“Shop”: ECR would refuse it: .*; “shop” would do$/],
    [{ name: 'till', language: 'nod' }, /^unknown language “nod”. Did you mean “node”\?/],
    [{ name: 'till', language: 'go', repository: 'acme/shop' }, /^the repository acme\/shop is already that of “shop”/],
  ])('of %j', (entry, reason) => {
    const result = withCodebase(text, entry);
    expect(result).toMatchObject({ kind: 'refused', reasons: [expect.stringMatching(reason)] });
  });

  test('to a file that is wrong', () => {
    expect(withCodebase(`${text}  - { name: shop, language: go }\n`, pebble)).toMatchObject({ kind: 'refused' });
  });
});
