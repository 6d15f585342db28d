import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneLine } from '../../../lib/source/github/one-line.ts';

/** Also halves of surrogate pairs, controls and marks. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));

describe('oneLine', () => {
  it.each([
    ['Sell things\n\nbody', 'Sell things'],
    ['\n\n  Sell things\r\nbody', 'Sell things'],
    ['pay \u202egnihton\u202c now', 'pay gnihton now'],
    ['a\u0000b\u001b[31mc', 'a b [31mc'],
    ['zero\u200bwidth', 'zero width'],
    ['half \ud83d pair', 'half \ufffd pair'],
    ['👩‍👩‍👧 family', '👩‍👩‍👧 family'],
    ['', ''],
  ])('%j is %j', (text, line) => {
    expect(oneLine(text, 200)).toBe(line);
  });

  it('cuts by code points and says so', () => {
    expect(oneLine('é'.repeat(10), 10)).toBe('é'.repeat(10));
    expect(oneLine('😀'.repeat(300), 200)).toBe(`${'😀'.repeat(199)}…`);
  });

  it('is bounded and well formed for every text', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 50 }), (text, limit) => {
        const line = oneLine(text, limit);
        expect(Array.from(line).length).toBeLessThanOrEqual(limit);
        expect(line.isWellFormed()).toBe(true);
      }),
    );
  });
});
