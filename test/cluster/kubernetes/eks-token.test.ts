import { expect, test } from 'vitest';
import { eksToken, eksTokens } from '../../../lib/cluster/kubernetes/eks-token.ts';
import { verifyToken } from '../../../local/aws/sts.ts';

const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secretEXAMPLE' };
const identity = { ...credentials, arn: 'arn:aws:iam::1:user/drover', userId: 'AIDA', account: '1' };

test('the token is a presigned call of the regional STS, for this cluster alone, without padding', async () => {
  const now = () => Date.UTC(2026, 7, 7);
  const token = await eksToken({ cluster: 'herd', region: 'eu-west-1', credentials, now });
  expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
  const url = new URL(Buffer.from(token.slice(11), 'base64url').toString());
  expect(url.origin + url.pathname).toBe('https://sts.eu-west-1.amazonaws.com/');
  expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host;x-k8s-aws-id');
  expect(url.searchParams.get('X-Amz-Date')).toBe('20260807T000000Z');
  expect(verifyToken(token, 'herd', { now, identities: [identity] })).toEqual({ kind: 'known', identity });
  expect(verifyToken(token, 'another', { now, identities: [identity] })).toMatchObject({ kind: 'refused' });
});

test('in China STS has another name', async () => {
  const token = await eksToken({ cluster: 'herd', region: 'cn-north-1', credentials, now: () => 0 });
  expect(Buffer.from(token.slice(11), 'base64url').toString()).toMatch(
    /^https:\/\/sts\.cn-north-1\.amazonaws\.com\.cn\//,
  );
});

test('a token is kept for under ten minutes; a fresh one is made when asked for, and after a failure', async () => {
  let now = 0;
  let fails = false;
  const provider = async () => {
    if (fails) throw new Error('no credentials');
    return credentials;
  };
  const token = eksTokens({ cluster: 'herd', region: 'eu-west-1', credentials: provider, now: () => now });
  const first = await token(false);
  now = 9 * 60_000;
  expect(await token(false)).toBe(first);
  now = 10 * 60_000;
  const second = await token(false);
  expect(second).not.toBe(first);
  now += 1_000;
  expect(await token(true)).not.toBe(second);
  fails = true;
  await expect(token(true)).rejects.toThrow('no credentials');
  fails = false;
  expect(await token(false)).toMatch(/^k8s-aws-v1\./);
});
