import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ParsedHerd, parseHerd, problemLines } from '../../lib/codebase/parse-herd.ts';

const withHead = (list: string): string => `defaults: { organisation: flock }\ncodebases:\n${list}`;
const told = (parsed: ParsedHerd): string[] =>
  parsed.kind === 'problems' ? problemLines('codebases.yml', parsed.problems) : [];

/** text, line:column, what the message must contain */
const mistakes: [name: string, text: string, place: string, ...says: string[]][] = [
  [
    'unknown language',
    withHead('  - name: shop\n    language: rst'),
    '4:15',
    'unknown language “rst”',
    'Did you mean “rust”',
    'node, python, rust',
  ],
  [
    'language far from any',
    withHead('  - { name: shop, language: cobol85 }'),
    '3:29',
    'unknown language “cobol85”. Known: dockerfile, go, node, python, rust',
  ],
  ['language missing', withHead('  - name: shop'), '3:5', '“language” is missing'],
  ['language empty', withHead('  - name: shop\n    language:'), '4:5', 'found nothing'],
  [
    'name twice',
    withHead('  - { name: shop, language: node }\n  - { name: shop, language: rust }'),
    '4:13',
    '“shop” is in the list twice (entry 1 and 2)',
  ],
  [
    'name that ECR refuses',
    withHead('  - { name: a--b, language: node }'),
    '3:13',
    'ECR would refuse it',
    '“a-b” would do',
  ],
  [
    'name in capitals',
    withHead('  - { name: Shop, language: node }'),
    '3:13',
    'ECR would refuse it',
    'lower-case',
    '“shop” would do',
  ],
  [
    'name that CodeBuild refuses',
    withHead('  - { name: shop.web, language: node }'),
    '3:13',
    'CodeBuild would refuse it',
    '“shop-web” would do',
  ],
  [
    'name that Kubernetes refuses',
    withHead('  - { name: shop_web, language: node }'),
    '3:13',
    'Kubernetes would refuse it',
    '“shop-web” would do',
  ],
  [
    'name too long',
    withHead(`  - { name: ${'a'.repeat(64)}, language: node }`),
    '3:13',
    'Kubernetes would refuse it',
    '63 characters',
  ],
  ['name with nothing to keep', withHead('  - { name: "…", language: node }'), '3:13', 'ECR would refuse it'],
  [
    'name a number',
    withHead('  - { name: 12, language: node }'),
    '3:13',
    'expected text, found the number 12',
    'in quotes',
  ],
  [
    'unknown key',
    withHead('  - name: shop\n    language: node\n    brnach: trunk'),
    '5:5',
    'unknown key “brnach”',
    'Did you mean “branch”',
  ],
  [
    'unknown key at the top',
    'codebase: []\ncodebases: []',
    '1:1',
    'unknown key “codebase”',
    'Did you mean “codebases”',
  ],
  [
    'unknown key of defaults',
    'defaults: { organization: flock }\ncodebases: []',
    '1:13',
    'Did you mean “organisation”',
  ],
  [
    'unknown key of an environment',
    'defaults:\n  environments:\n    - name: production\n      aproval: none\ncodebases: []',
    '4:7',
    'Did you mean “approval”',
  ],
  [
    'unknown key of a workload',
    withHead('  - name: shop\n    language: node\n    environments: [{ name: production, workloads: [{ nam: web }] }]'),
    '5:54',
    'unknown key “nam”',
    'Did you mean “name”',
  ],
  ['wrong type of the list', 'codebases: shop', '1:12', 'expected a list, found the text “shop”'],
  ['entry that is only a name', withHead('  - shop'), '3:5', 'expected a map, found the text “shop”'],
  ['list missing', 'defaults: { organisation: flock }', '1:1', '“codebases” is missing'],
  ['environments empty', withHead('  - { name: shop, language: node, environments: [] }'), '3:49', 'an empty list'],
  [
    'environment by a wrong name',
    withHead('  - { name: shop, language: node, environments: [prodution] }'),
    '3:50',
    'no environment “prodution”',
    'Did you mean “production”',
  ],
  [
    'environment of its own without a cluster',
    withHead('  - name: shop\n    language: node\n    environments: [{ name: stage }]'),
    '5:28',
    'no environment “stage”',
    'needs “cluster:”',
  ],
  [
    'environment twice',
    withHead('  - { name: shop, language: node, environments: [production, production] }'),
    '3:62',
    'is in this list twice',
  ],
  [
    'environment that is neither',
    withHead('  - { name: shop, language: node, environments: [7] }'),
    '3:50',
    'expected an environment',
  ],
  [
    'workload twice',
    withHead(
      '  - name: shop\n    language: node\n    environments: [{ name: production, workloads: [{ name: web }, { name: web }] }]',
    ),
    '5:67',
    '“web” is here twice',
  ],
  [
    'approval unknown',
    'defaults: { environments: [{ name: production, approval: reqired }] }\ncodebases: []',
    '1:58',
    'Did you mean “required”',
  ],
  [
    'duration without a unit',
    'defaults: { buildTimeout: 30 }\ncodebases: []',
    '1:27',
    'expected text, found the number 30',
  ],
  ['duration in words', 'defaults: { buildTimeout: half an hour }\ncodebases: []', '1:27', '60s, 10m, 6h, 7d'],
  ['duration out of range', 'defaults: { buildTimeout: 40h }\ncodebases: []', '1:27', 'between 5m and 36h'],
  ['no organisation', 'codebases:\n  - { name: shop, language: node }', '2:13', 'no GitHub organisation'],
  [
    'one repository for two',
    withHead('  - { name: shop, language: node }\n  - { name: web, language: node, repository: Flock/Shop }'),
    '4:46',
    'already that of “shop”',
  ],
  [
    'branch with its prefix',
    withHead('  - { name: shop, language: node, branch: refs/heads/main }'),
    '3:43',
    'without “refs/heads/”',
  ],
  ['branch that git refuses', withHead('  - { name: shop, language: node, branch: "a b" }'), '3:43', 'git refuses'],
  [
    'create as text',
    'defaults: { environments: [{ name: production, create: "yes" }] }\ncodebases: []',
    '1:56',
    'expected true or false',
  ],
  ['empty', '', '1:1', 'the file is empty'],
  ['only a comment', '# nothing yet\n', '1:1', 'the file is empty'],
  ['a list', '- shop\n- web\n', '1:1', 'not a herd'],
  ['not YAML', 'codebases: [\n  shop', '2:7', 'not YAML'],
  ['a tab', 'codebases:\n\t- shop', '2:1', 'not YAML'],
  ['a key twice', 'codebases: []\ncodebases: []', '2:1', 'not YAML', 'unique'],
  ['two documents', 'codebases: []\n---\ncodebases: []', '2:1', 'not YAML'],
  ['an alias to nothing', 'codebases: *none', '1:12', 'not YAML'],
  ['an unknown tag', 'codebases: !herd []', '1:12', 'not YAML'],
];

describe('a mistake in codebases.yml', () => {
  it.each(mistakes)('%s: line, column, what is wrong and what would be right', (_, text, place, ...says) => {
    const lines = told(parseHerd(text));
    const line = lines.find((candidate) => candidate.startsWith(`codebases.yml:${place} `));
    expect(line, lines.join('\n')).toBeDefined();
    for (const part of says) expect(line).toContain(part);
  });

  it('is not several containers of one workload, or two kinds of one name', () => {
    const herd = (...workloads: string[]) =>
      parseHerd(
        withHead(
          `  - name: shop\n    language: node\n    environments: [{ name: production, workloads: [${workloads}] }]`,
        ),
      );
    expect(told(herd('{ name: web, container: app }', '{ name: web, container: worker }'))).toEqual([]);
    expect(told(herd('{ container: app }', '{ container: worker }'))).toEqual([]);
    expect(told(herd('{ name: web }', '{ kind: StatefulSet, name: web }'))).toEqual([]);
    expect(told(herd('{ name: web, container: app }', '{ name: web, container: app }'))).toHaveLength(1);
  });

  it('tells every mistake at once, in the order of the text', () => {
    const lines = told(parseHerd(withHead('  - { name: A, language: c }\n  - { name: b, lang: node }')));
    expect(lines.map((line) => line.split(' ')[0])).toEqual(
      ['3:13', '3:26', '4:5', '4:16'].map((place) => `codebases.yml:${place}`),
    );
  });

  it('finds the place of a mistake behind an alias', () => {
    const text =
      'defaults:\n  environments: &all [{ name: production, cluster: "" }]\ncodebases:\n  - { name: a, language: node, repository: o/a, environments: *all }';
    expect(told(parseHerd(text))).toHaveLength(2);
  });

  it('refuses aliases that expand without bound', () => {
    const rows = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}*a${n}]`);
    expect(told(parseHerd(['a0: &a0 [x]', ...rows, 'codebases: []'].join('\n')))[0]).toContain('not YAML');
  });
});

describe('any text', () => {
  it('is a herd or problems inside the text, never an exception', () => {
    const fragments = [
      'codebases:',
      'defaults:',
      '- ',
      'name: ',
      'language: node',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '*a',
      '&a ',
      '"',
      ': ',
      '!x',
      '\t',
      '|',
      '7',
    ];
    const yamlish = fc.array(fc.oneof(fc.constantFrom(...fragments), fc.string({ maxLength: 6 })), { maxLength: 30 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          yamlish.map((parts) => parts.join('')),
        ),
        (text) => {
          const parsed = parseHerd(text);
          if (parsed.kind === 'herd') return;
          expect(parsed.problems.length).toBeGreaterThan(0);
          for (const { line, column } of parsed.problems) {
            expect(line).toBeGreaterThanOrEqual(1);
            expect(line).toBeLessThanOrEqual(text.split('\n').length + 1);
            expect(column).toBeGreaterThanOrEqual(1);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
