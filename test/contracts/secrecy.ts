import { expect } from 'vitest';

/** What must be nowhere: the very secrets of a test, and the shapes of those that nobody wrote down. */
const shapes: [string, RegExp][] = [
  ['an approval link', /\/approvals\/(?!\[)[\w.~%-]{8,}/],
  ['a cluster token', /k8s-aws-v1\.[\w-]/],
  ['a presigned query', /X-Amz-Signature=(?!\[)/i],
  ['a Slack webhook', /hooks\.slack\.com\/services/],
  ['an authorization header', /\b(bearer|basic)\s+[\w.~+/=-]{16,}/i],
  ['a webhook signature', /sha256=[0-9a-f]{64}/],
  ['credentials in an address', /https?:\/\/[^/\s:@"]+:[^/\s@"]+@/],
  ['a whole event', /"(rawQueryString|requestContext|isBase64Encoded|head_commit)\\?"\s*:/],
];

/**
 * Asserts that no line holds a secret: neither as it is nor in base64, base64url, hexadecimal, percent or JSON writing.
 * `secrets` are tokens, links, keys and marks that a test put into payloads; each of 6 characters or more.
 */
export function expectNoLeak(lines: readonly string[], secrets: readonly string[]): void {
  const text = lines.join('\n');
  for (const secret of secrets) {
    if (secret.length < 6) throw new Error('too short to be looked for: it would be found by chance');
    const found = [...new Set(writingsOf(secret))].filter((writing) => text.includes(writing));
    // Not the secret itself: what a test prints is kept by CI.
    expect(found.length, `a secret that begins with “${secret.slice(0, 3)}” is in the log`).toBe(0);
  }
  for (const [name, shape] of shapes) expect(shape.test(text), `${name} is in the log`).toBe(false);
}

function writingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    ...[0, 1, 2].flatMap((shift) => insideBase64(bytes, shift)),
  ];
}

/** How the bytes read inside a longer base64 text, where they begin at any place of its groups of three. */
function insideBase64(bytes: Buffer, shift: number): string[] {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const inner = text.slice(shift === 0 ? 0 : shift + 1, -1);
  return inner.length < 8 ? [] : [inner, inner.replace(/\+/g, '-').replace(/\//g, '_')];
}

/** The lines that are written to stdout and stderr while `work` runs: console, Powertools and all. */
export async function linesOf(work: () => unknown): Promise<string[]> {
  const lines: string[] = [];
  const undo = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write;
    stream.write = (chunk: string | Uint8Array): boolean => {
      lines.push(...Buffer.from(chunk).toString().split('\n'));
      return true;
    };
    return () => {
      stream.write = write;
    };
  });
  try {
    await work();
  } finally {
    for (const back of undo) back();
  }
  return lines.filter((line) => line !== '');
}
