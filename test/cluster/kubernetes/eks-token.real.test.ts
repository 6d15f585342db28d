import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { eksToken } from '../../../lib/cluster/kubernetes/eks-token.ts';

const run = promisify(execFile);
const SIGNER = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secretEXAMPLE' };
let verifier = '';

beforeAll(async () => {
  const { stdout } = await run(fileURLToPath(new URL('../../real/iam-authenticator/build.sh', import.meta.url)));
  verifier = stdout.trim();
});

/** What aws-iam-authenticator says of a token for `cluster`, made by the signer or another. */
async function verdict(made: {
  cluster?: string;
  region?: string;
  credentials?: typeof SIGNER;
  at?: number;
}): Promise<string> {
  const { cluster = 'herd', region = 'eu-west-1', credentials = SIGNER, at = Date.now() } = made;
  const token = await eksToken({ cluster, region, credentials, now: () => at });
  const { stdout } = await run(verifier, ['herd', token, SIGNER.accessKeyId, SIGNER.secretAccessKey]).catch(
    (error: { stdout: string }) => error,
  );
  return stdout.trim();
}

test('aws-iam-authenticator takes our token for who we are, with a session token too', async () => {
  expect(await verdict({})).toBe('arn:aws:iam::123456789012:user/drover');
  const session = { ...SIGNER, sessionToken: 'FwoGZXIvYXdzEXAMPLE/+=token' };
  expect(await verdict({ credentials: session })).toBe('arn:aws:iam::123456789012:user/drover');
});

test('it still takes one that is ten minutes old, and none of sixteen', async () => {
  expect(await verdict({ at: Date.now() - 10 * 60_000 })).toBe('arn:aws:iam::123456789012:user/drover');
  expect(await verdict({ at: Date.now() - 16 * 60_000 })).toContain('expired');
});

test('it refuses one for another cluster, of another secret, of a region that is none', async () => {
  expect(await verdict({ cluster: 'another' })).toMatch(/403/);
  expect(await verdict({ credentials: { ...SIGNER, secretAccessKey: 'another' } })).toMatch(/403/);
  expect(await verdict({ region: 'nowhere-1' })).toMatch(/hostname/);
});
