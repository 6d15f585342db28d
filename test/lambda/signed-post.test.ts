import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBySignedPost } from '../../lib/lambda/read-by-signed-post.ts';
import { signedHeaders } from '../../lib/lambda/signed-post.ts';

const word = fc.stringMatching(/^[A-Za-z0-9/+=]{4,40}$/);

it("signedHeaders signs as AWS's own signer does", async () => {
  await fc.assert(
    fc.asyncProperty(
      word,
      word,
      fc.option(word, { nil: undefined }),
      fc.string(),
      fc.integer({ min: 0, max: 4_000_000_000_000 }),
      async (accessKeyId, secretAccessKey, sessionToken, body, at) => {
        const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
        const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.GetParameters' };
        const ours = signedHeaders({
          endpoint: 'http://127.0.0.1:4566',
          service: 'ssm',
          region: 'eu-central-1',
          headers,
          body,
          credentials,
          at,
        });
        const signer = new SignatureV4({
          service: 'ssm',
          region: 'eu-central-1',
          credentials,
          sha256: Sha256,
          applyChecksum: false,
        });
        const theirs = await signer.sign(
          {
            method: 'POST',
            protocol: 'http:',
            hostname: '127.0.0.1',
            port: 4566,
            path: '/',
            headers: { ...headers, host: '127.0.0.1:4566' },
            body,
          },
          { signingDate: new Date(at) },
        );
        const { host: _host, ...rest } = theirs.headers;
        expect(ours).toEqual(rest);
      },
    ),
  );
});

describe('readBySignedPost', () => {
  const answers = (...list: (Response | 'none')[]) => {
    const asked: string[] = [];
    const read = readBySignedPost({
      fetch: async (url) => {
        asked.push(url);
        const next = list.shift();
        if (next === undefined || next === 'none') throw new TypeError('fetch failed');
        return next;
      },
      credentials: async () => ({ accessKeyId: 'AKIA', secretAccessKey: 'secret' }),
      region: async () => 'eu-central-1',
      now: () => 1_760_000_000_000,
    });
    return { asked, read };
  };
  const found = () =>
    Response.json({ Parameters: [{ Name: '/drover/a', Value: 'x', Version: 1 }], InvalidParameters: ['/drover/b'] });
  const status = (code: number) => new Response('{}', { status: code });

  it("asks AWS's own of the region and gives what is there", async () => {
    const { asked, read } = answers(found());

    expect(await read(['/drover/a', '/drover/b'])).toEqual(new Map([['/drover/a', 'x']]));
    expect(asked).toEqual(['https://ssm.eu-central-1.amazonaws.com/']);
  });

  it('tries once more after an outage or a throttle', async () => {
    for (const first of ['none' as const, status(503), status(400)])
      expect((await answers(first, found()).read(['/drover/a'])).get('/drover/a')).toBe('x');
  });

  it('throws what can be tried again, and what cannot', async () => {
    const { asked, read } = answers('none', 'none', found());
    await expect(read(['/drover/a'])).rejects.toMatchObject({ code: 'parameters-unreachable', retryable: true });
    expect(asked).toHaveLength(2);
    await expect(answers(status(500), status(500)).read([])).rejects.toMatchObject({ retryable: true });
    await expect(answers(status(403)).read([])).rejects.toMatchObject({ code: 'parameters-refused', retryable: false });
  });
});
