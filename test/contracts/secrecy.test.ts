import { describe, expect, it } from 'vitest';
import { expectNoLeak, linesOf } from './secrecy.ts';

const secret = 'correct horse+battery/staple';

describe('expectNoLeak', () => {
  it.each([
    ['as it is', `it is ${secret}.`],
    ['in JSON', JSON.stringify({ deep: { value: secret } })],
    ['percent-encoded', `https://x.example/?q=${encodeURIComponent(secret)}`],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
    ['in base64', Buffer.from(`{"a":"${secret}"}`).toString('base64')],
    ['in base64, one byte later', Buffer.from(`{"ab":"${secret}"}`).toString('base64')],
    ['in base64url, two bytes later', Buffer.from(`{"abc":"${secret}"}`).toString('base64url')],
  ])('finds a secret %s', (_how, line) => {
    expect(() => expectNoLeak(['fine', line], [secret])).toThrow(/is in the log/);
  });

  it.each([
    'GET /approvals/eyJhbGciOi.abc_def',
    'Authorization: Bearer abcdefghijklmnopqrstuvwxyz',
    'k8s-aws-v1.aHR0cHM6Ly9zdHM',
    'https://sts.example/?X-Amz-Signature=00ff',
    '{"rawQueryString":"","requestContext":{}}',
    'git clone https://x-access-token:abc@github.com/acme/shop',
  ])('finds the shape of one: %s', (line) => {
    expect(() => expectNoLeak([line], [])).toThrow(/is in the log/);
  });

  it('does not repeat the secret where it is found', () => {
    expect(() => expectNoLeak([secret], [secret])).not.toThrow(secret);
  });

  it('lets plain lines pass', () => {
    expectNoLeak(
      ['{"message":"release queued","codebase":"shop","commit":"4f2a","path":"/approvals/[token]"}'],
      [secret],
    );
  });
});

it('linesOf catches what any code writes to stdout and stderr', async () => {
  const lines = await linesOf(() => {
    process.stdout.write('one\ntwo\n');
    process.stderr.write(Buffer.from('three\n'));
  });

  expect(lines).toEqual(['one', 'two', 'three']);
});
