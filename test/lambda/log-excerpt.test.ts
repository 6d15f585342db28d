import { expect, test } from 'vitest';
import { logExcerpt, scrubbed } from '../../lib/lambda/log-excerpt.ts';

test('the end of a log is kept: 20 lines, 2,000 characters, no colours', () => {
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`);
  expect(logExcerpt(lines.join('\n'))).toEqual(lines.slice(30));
  expect(logExcerpt('\u001b[31mred\u001b[0m\r\n\n  indented  \n')).toEqual(['red', '  indented']);
  expect(logExcerpt(`${'x'.repeat(5_000)}\n`.repeat(20)).join('').length).toBeLessThanOrEqual(2_000);
  expect(logExcerpt('')).toEqual([]);
});

test.each([
  ['postgres://drover:hunter2@db:5432/app', 'hunter2'],
  ['DATABASE_PASSWORD=hunter2 starting', 'hunter2'],
  ['{"apiKey":"hunter2","level":"info"}', 'hunter2'],
  ['Authorization: Bearer hunter2hunter2', 'hunter2'],
  ['using AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
  ['token ghp_0123456789abcdefghij', 'ghp_0123456789'],
  ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig', 'eyJhbGciOiJIUzI1NiJ9'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', 'MIIE'],
])('%s is scrubbed', (text, secret) => {
  expect(scrubbed(text)).not.toContain(secret);
  expect(scrubbed(text)).toContain('***');
});

test('what says why it failed stays', () => {
  const text = 'Error: connect ECONNREFUSED 10.0.0.1:5432 at /app/main.js:3 image web@sha256:0123456789abcdef';
  expect(scrubbed(text)).toBe(text);
});
