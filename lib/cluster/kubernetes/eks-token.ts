import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { type Instant, minutes } from '../../engine/instant.ts';

type Credentials = ConstructorParameters<typeof SignatureV4>[0]['credentials'];
export type TokenOptions = { cluster: string; region: string; credentials: Credentials; now: () => Instant };

/**
 * Renewed before it is ten minutes old: aws-iam-authenticator refuses one that was signed more than 15 minutes ago
 * (pkg/token/token.go, presignedURLExpiration), and the clocks may differ.
 */
const RENEWED_AFTER = minutes(10) - 30_000;

/** Gives the bearer token of an EKS cluster, the same one until it is nearly ten minutes old. `fresh` makes a new one at once. */
export function eksTokens(options: TokenOptions): (fresh: boolean) => Promise<string> {
  let made: { token: Promise<string>; at: Instant } | undefined;
  return async (fresh) => {
    const now = options.now();
    if (!fresh && made && now - made.at < RENEWED_AFTER && now >= made.at) return made.token;
    const token = eksToken(options);
    made = { token, at: now };
    // A failure is not kept: the next call signs anew.
    token.catch(() => {
      if (made?.token === token) made = undefined;
    });
    return token;
  };
}

/**
 * A presigned GetCallerIdentity of the region's STS, with the cluster's name as a signed header: the API server calls it to learn who we
 * are. Source: aws-iam-authenticator, "API Authorization from Outside a Cluster".
 */
export async function eksToken({ cluster, region, credentials, now }: TokenOptions): Promise<string> {
  const hostname = `sts.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256 });
  const { query = {} } = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': cluster },
    },
    // Seconds: the most that aws-iam-authenticator takes. STS itself counts 15 minutes from the date whatever is said here.
    { expiresIn: 900, signingDate: new Date(now()) },
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.set(name, String(value));
  const url = `https://${hostname}/?${search}`;
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}
