import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { localCredentials, localRegion } from '../../local/aws/credentials.ts';

type Wanted = {
  endpoint: string;
  cluster: string;
  at?: number;
  credentials?: { accessKeyId: string; secretAccessKey: string };
  expiresIn?: number;
  action?: string;
};

/** A GetCallerIdentity URL presigned by the SDK's own signer, with the cluster's name as a signed header. */
export async function presignedUrl(wanted: Wanted): Promise<string> {
  const { endpoint, cluster, at = Date.now(), credentials = localCredentials, expiresIn = 60 } = wanted;
  const { host, hostname, port, protocol } = new URL(endpoint);
  const signer = new SignatureV4({ credentials, region: localRegion, service: 'sts', sha256: Sha256 });
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol,
      hostname,
      ...(port ? { port: Number(port) } : {}),
      path: '/',
      query: { Action: wanted.action ?? 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host, 'x-k8s-aws-id': cluster },
    },
    { expiresIn, signingDate: new Date(at), unhoistableHeaders: new Set(['x-k8s-aws-id']) },
  );
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(signed.query ?? {}))
    if (typeof value === 'string') url.searchParams.set(name, value);
  return url.href;
}

/** The token that EKS takes. */
export const tokenOf = (url: string): string => `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
