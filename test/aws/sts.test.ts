import { expect, test } from 'vitest';
import { localIdentity, verifyToken } from '../../local/aws/sts.ts';
import { presignedUrl, tokenOf } from '../contracts/presigned-url.ts';

const at = Date.UTC(2026, 7, 7, 1, 37, 53);
const endpoint = 'https://sts.eu-central-1.amazonaws.com';
const verify = (token: string, cluster = 'production', now = at, hosts: string[] = []) =>
  verifyToken(token, cluster, { now: () => now, hosts });
const signed = async (wanted: Partial<Parameters<typeof presignedUrl>[0]> = {}) =>
  tokenOf(await presignedUrl({ endpoint, cluster: 'production', at, ...wanted }));

test('a token that the SDK signed is known by its key', async () => {
  expect(verify(await signed())).toEqual({ kind: 'known', identity: localIdentity });
});

test.each<[string, () => Promise<string>, string]>([
  ['of another cluster', () => signed({ cluster: 'staging' }), 'the signature is not that of its key'],
  [
    'of another secret',
    () => signed({ credentials: { accessKeyId: localIdentity.accessKeyId, secretAccessKey: 'x' } }),
    'the signature is not that of its key',
  ],
  [
    'of an unknown key',
    () => signed({ credentials: { accessKeyId: 'AKIAX', secretAccessKey: 'x' } }),
    'its key is not known',
  ],
  ['that lives too long', () => signed({ expiresIn: 901 }), 'its lifetime is not 1 to 900 seconds'],
  ['that has expired', () => signed({ at: at - 61_000 }), 'it has expired'],
  ['from the future', () => signed({ at: at + 301_000 }), 'it is from the future'],
  ['for another host', () => signed({ endpoint: 'https://sts.example.com' }), 'its host is not STS'],
  ['for another action', () => signed({ action: 'AssumeRole' }), 'its action is not GetCallerIdentity'],
  ['with another prefix', async () => (await signed()).replace('v1', 'v2'), 'not a token of EKS'],
  ['that holds no URL', async () => `k8s-aws-v1.${Buffer.from('x').toString('base64url')}`, 'the token holds no URL'],
  ['that is too long', async () => `k8s-aws-v1.${'A'.repeat(5_000)}`, 'the token is too long'],
])('a token %s is refused', async (_, token, reason) => {
  expect(verify(await token())).toEqual({ kind: 'refused', reason });
});

test('a token whose cluster header was not signed is refused', async () => {
  const url = new URL(await presignedUrl({ endpoint, cluster: 'production', at }));
  url.searchParams.set('X-Amz-SignedHeaders', 'host');
  expect(verify(tokenOf(url.href))).toEqual({ kind: 'refused', reason: 'host and x-k8s-aws-id must be signed' });
});

test('the local stack may be named as a further host', async () => {
  const token = await signed({ endpoint: 'http://127.0.0.1:4566' });
  expect(verify(token)).toMatchObject({ kind: 'refused' });
  expect(verify(token, 'production', at, ['127.0.0.1:4566'])).toMatchObject({ kind: 'known' });
});
