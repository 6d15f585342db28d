import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Facts, parseFacts } from '../../lib/build/facts.ts';
import { factsText } from '../../lib/build/facts-text.ts';
import { factsOf, type Left, withoutValues } from '../../lib/build/recipe/facts.ts';

const nothing: Left = {
  steps: '',
  cases: undefined,
  cache: undefined,
  compiled: undefined,
  imageBytes: undefined,
  log: () => undefined,
};
const full: Facts = {
  steps: [
    { name: 'install', seconds: 12.3, result: 'passed' },
    { name: 'test', seconds: 2, result: 'failed' },
  ],
  tests: {
    total: 42,
    failed: 2,
    skipped: 1,
    failures: [
      { name: 'adds up', text: 'expected 3\nto be 4' },
      { name: 'takes away', text: 'expected 1 to be 0' },
    ],
    slowest: [{ name: 'waits', seconds: 1.5 }],
  },
  cache: 'cold: there is no archive of this toolchain',
  compiled: 1,
  image: { bytes: 12_345_678 },
  tail: { step: 'test', lines: ['one', 'two', 'three'] },
};

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 700 }), fc.string({ maxLength: 40 }));
const seconds = fc.double({ min: 0, max: 1e6, noNaN: true, noDefaultInfinity: true });
const count = fc.nat();
const anyFacts: fc.Arbitrary<Facts> = fc.record(
  {
    steps: fc.array(fc.record({ name: text, seconds, result: fc.constantFrom('passed', 'failed') }), { maxLength: 30 }),
    tests: fc.record(
      {
        total: count,
        failed: count,
        skipped: count,
        failures: fc.array(fc.record({ name: text, text }), { maxLength: 12 }),
        slowest: fc.array(fc.record({ name: text, seconds }), { maxLength: 4 }),
      },
      { requiredKeys: ['total', 'failed', 'skipped'] },
    ),
    cache: text,
    compiled: count,
    image: fc.record({ bytes: count }),
    tail: fc.record({ step: text, lines: fc.array(text, { maxLength: 25 }) }),
  },
  { requiredKeys: [] },
);

describe('the line that a build exports', () => {
  test('says everything where there is room', () => {
    expect(JSON.parse(factsText(full))).toEqual(full);
  });

  test('is never longer than it may be, is ASCII in one line, and can always be read', () => {
    fc.assert(
      fc.property(anyFacts, fc.integer({ min: 60, max: 4_000 }), (facts, most) => {
        const line = factsText(facts, most);
        expect(line.length).toBeLessThanOrEqual(most);
        expect(line).toMatch(/^[\x20-\x7e]+$/);
        expect(Facts.safeParse(JSON.parse(line)).success).toBe(true);
        expect(parseFacts(line)).toBeDefined();
      }),
    );
  });

  test('gives up the least telling first', () => {
    const whole = factsText(full).length;
    const at = (most: number): Facts => JSON.parse(factsText(full, most));
    const seen = Array.from({ length: whole - 2 }, (_, less) => at(whole - less));
    const first = (gone: (facts: Facts) => boolean) => seen.findIndex(gone);
    const order = [
      first(({ tests }) => tests?.slowest === undefined),
      first(({ tests }) => (tests?.failures?.length ?? 0) < 2),
      first(({ tail }) => tail?.lines[0] !== 'one'),
      first(({ tail }) => tail === undefined),
      first(({ tests }) => tests?.failures?.[0]?.text !== 'expected 3\nto be 4'),
      first(({ tests }) => tests?.failures?.length === 0),
      first(({ cache }) => cache === 'cold'),
      first(({ steps }) => (steps?.length ?? 0) < 2),
    ];
    expect(order).toEqual(order.toSorted((one, other) => one - other));
    expect(new Set(order).size).toBe(order.length);
    expect(order[0]).toBe(1);
    // The last of what a tail has is its end, and what a test said first stays longest.
    expect(seen.find(({ tail }) => tail?.lines.length === 1)?.tail?.lines).toEqual(['three']);
  });

  test('a name that fits nowhere leaves nothing, but nothing broken', () => {
    expect(factsText({ tail: { step: 'x'.repeat(5_000), lines: [] } })).toBe('{}');
    expect(factsText({ cache: 'x'.repeat(5_000) })).toBe('{}');
  });
});

describe('what is read of it', () => {
  test.each([undefined, '', 'nonsense', '[]', '"x"', '{"steps":[{"name":"test"}]}', '{"compiled":-1}'])(
    '%s is no facts',
    (given) => expect(parseFacts(given)).toBeUndefined(),
  );

  test('nor is what no recipe of ours says, however it is spelt', () => {
    expect(parseFacts(JSON.stringify({ cache: 'x'.repeat(10_000) }))).toBeUndefined();
  });

  test('a field that is not known yet is passed over', () => {
    expect(parseFacts('{"compiled":3,"weather":"fair"}')).toEqual({ compiled: 3 });
  });

  test('no secret and nothing that moves a cursor is in it; lines stay lines', () => {
    const told = parseFacts(
      JSON.stringify({
        tests: {
          total: 1,
          failed: 1,
          skipped: 0,
          failures: [{ name: '\u001b[31mred\u0007', text: 'a\r\npassword=hunter2' }],
        },
        tail: { step: 'test', lines: ['AKIAIOSFODNN7EXAMPLE', '\u202egnp'] },
      }),
    );
    expect(told?.tests?.failures).toEqual([{ name: 'red ', text: 'a\npassword=***' }]);
    expect(told?.tail?.lines).toEqual(['***', ' gnp']);
  });
});

describe('what steps left', () => {
  test('nothing left is nothing told', () => {
    expect(factsOf(nothing)).toEqual({});
  });

  test('steps with their times, whatever point the locale writes; broken lines are passed over', () => {
    const steps = [
      'commit 1700000000.100000 1700000000.350000 0',
      'install 1700000000,5 1700000012,8 0',
      'lint 1700000010 1700000009 0',
      'test 1700000012 1700000015 101',
      'te',
      'x 1 2',
      'name with words 1 2 0',
    ].join('\n');
    expect(factsOf({ ...nothing, steps }).steps).toEqual([
      { name: 'commit', seconds: 0.25, result: 'passed' },
      { name: 'install', seconds: 12.3, result: 'passed' },
      { name: 'lint', seconds: 0, result: 'passed' },
      { name: 'test', seconds: 3, result: 'failed' },
    ]);
  });

  test('the last lines are those of the first step that failed, scrubbed', () => {
    const steps = 'fmt 1 2 0\nclippy 2 3 101\ntest 3 4 1\n';
    const log = (step: string) => `${step} began\nDATABASE_PASSWORD=hunter2 is set\n${step} ended\n`;
    expect(factsOf({ ...nothing, steps, log }).tail).toEqual({
      step: 'clippy',
      lines: ['clippy began', 'DATABASE_PASSWORD=*** is set', 'clippy ended'],
    });
  });

  test('tests: totals, what failed with its text, the slowest; a report without cases is one of none', () => {
    const one = (name: string, status: 'passed' | 'failed' | 'skipped', time: number, said?: string) => ({
      name,
      suite: '',
      status,
      seconds: time,
      ...(said === undefined ? {} : { text: said }),
    });
    const cases = [
      one('a', 'passed', 0.1),
      one('b', 'failed', 2.345, 'no'),
      one('c', 'skipped', 0),
      one('d', 'passed', 1),
    ];
    expect(factsOf({ ...nothing, cases }).tests).toEqual({
      total: 4,
      failed: 1,
      skipped: 1,
      failures: [{ name: 'b', text: 'no' }],
      slowest: [
        { name: 'b', seconds: 2.35 },
        { name: 'd', seconds: 1 },
        { name: 'a', seconds: 0.1 },
      ],
    });
    const many = Array.from({ length: 400 }, (_, index) => one(`t${index}`, 'failed', 1, 'x'.repeat(3_000)));
    const tests = factsOf({ ...nothing, cases: many }).tests;
    expect([tests?.failed, tests?.failures?.length, tests?.failures?.[0]?.text.length]).toEqual([400, 10, 600]);
    expect(factsOf({ ...nothing, cases: [] }).tests).toEqual({ total: 0, failed: 0, skipped: 0 });
  });

  test('cache, crates and size; what is no number is left out', () => {
    const left = { ...nothing, cache: 'hit\n', compiled: '1\n', imageBytes: '1234567\n' };
    expect(factsOf(left)).toEqual({ cache: 'hit', compiled: 1, image: { bytes: 1_234_567 } });
    expect(factsOf({ ...left, cache: '\n', compiled: 'many', imageBytes: '-1' })).toEqual({});
  });

  test('a value that the build was given as a secret is not told, wherever it stands', () => {
    const environment = {
      NPM_TOKEN: 'abcdefgh12',
      NPM_TOKEN_LONG: 'abcdefgh1234',
      DB_PASSWORD: 'short',
      HOME: '/home/builder',
    };
    expect(withoutValues('sent abcdefgh1234 and abcdefgh12, short, in /home/builder', environment)).toBe(
      'sent *** and ***, short, in /home/builder',
    );
  });
});
