import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  approvalLink,
  maxTokenLength,
  type Question,
  questionOf,
  tokenOf,
  verifyToken,
} from '../../lib/approval/token.ts';
import { askedTarget, aTarget } from './records.ts';

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const name = fc.string({ unit: fc.constantFrom(...'abcxyz019-'), minLength: 1, maxLength: 63 });
const question: fc.Arbitrary<Question> = fc.record({
  codebase: name,
  environment: name,
  shown: fc.record({
    release: hex(40),
    digest: hex(64).map((digits) => `sha256:${digits}`),
    running: fc.option(fc.string({ maxLength: 200 })),
    ask: fc.nat(),
    expiresAt: fc.nat(2 ** 42),
  }),
});
const keys = { current: 'k'.repeat(32) };

describe('the token', () => {
  test('is the same each time, and gives back its question', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const token = tokenOf(asked, keys.current);
        expect(tokenOf(structuredClone(asked), keys.current)).toBe(token);
        expect(verifyToken(token, keys)).toEqual({ kind: 'genuine', ...asked });
        expect(token).toMatch(/^[A-Za-z0-9._-]+$/);
      }),
    );
  });

  test('with any one character changed, taken out or added is not ours', () => {
    fc.assert(
      fc.property(
        question,
        fc.nat(),
        fc.constantFrom(...'ABab01-_.=~ é'),
        fc.nat(2),
        (asked, where, character, cut) => {
          const token = tokenOf(asked, keys.current);
          const at = where % token.length;
          const changed = token.slice(0, at) + character + token.slice(at + cut);
          fc.pre(changed !== token);
          expect(verifyToken(changed, keys)).toEqual({ kind: 'not-ours' });
        },
      ),
      { numRuns: 500 },
    );
  });

  test('every single bit of every character counts', () => {
    const token = tokenOf({ codebase: 'shop', environment: 'production', shown: shownOf() }, keys.current);
    for (let at = 0; at < token.length; at++)
      for (let bit = 0; bit < 7; bit++) {
        const changed = `${token.slice(0, at)}${String.fromCharCode(token.charCodeAt(at) ^ (1 << bit))}${token.slice(at + 1)}`;
        expect(verifyToken(changed, keys)).toEqual({ kind: 'not-ours' });
      }
  });

  test('of another key is not ours, and of the previous one is, until it is dropped', () => {
    const token = tokenOf({ codebase: 'shop', environment: 'production', shown: shownOf() }, 'old');
    expect(verifyToken(token, { current: 'new' }).kind).toBe('not-ours');
    expect(verifyToken(token, { current: 'new', previous: 'old' }).kind).toBe('genuine');
  });

  test.each([
    '',
    '.',
    'v1..',
    `v1.${'a'.repeat(43)}`,
    `v1.e30.${'a'.repeat(43)}`,
    'x'.repeat(2_000_000),
    '\0',
    '../../etc',
  ])('text that is none gives the one same answer (%#)', (text) => {
    expect(verifyToken(text, keys)).toEqual({ kind: 'not-ours' });
  });

  test('of the longest names is still looked at', () => {
    const longest = { ...shownOf(), running: 'r'.repeat(454), ask: 999_999_999, expiresAt: 9_999_999_999_999 };
    const token = tokenOf({ codebase: 'c'.repeat(63), environment: 'e'.repeat(63), shown: longest }, keys.current);
    expect(token.length).toBeLessThanOrEqual(maxTokenLength);
    expect(verifyToken(token, keys).kind).toBe('genuine');
  });
});

describe('the link', () => {
  test('is made from the record, so making it twice gives the same', () => {
    const target = askedTarget();
    const link = approvalLink('https://drover.example', target, keys);
    expect(link).toBe(approvalLink('https://drover.example', structuredClone(target), keys));
    expect(verifyToken(link?.split('/approvals/')[1] ?? '', keys)).toEqual({ kind: 'genuine', ...questionOf(target) });
  });

  test('is not there where nothing is asked', () => {
    expect(approvalLink('https://drover.example', aTarget(), keys)).toBeUndefined();
    const target = askedTarget();
    const waiting = target.candidate && { ...target.candidate, ask: null };
    expect(approvalLink('https://drover.example', { ...target, candidate: waiting }, keys)).toBeUndefined();
  });
});

function shownOf() {
  return {
    release: 'a'.repeat(40),
    digest: `sha256:${'b'.repeat(64)}`,
    running: 'r/shop@sha256:1',
    ask: 1,
    expiresAt: 1_800_000_000_000,
  };
}
