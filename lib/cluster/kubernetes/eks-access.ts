import { DescribeClusterCommand, type EKSClient } from '@aws-sdk/client-eks';
import * as z from 'zod';
import { type Instant, minutes } from '../../engine/instant.ts';
import { ClusterError } from '../cluster-error.ts';
import type { Access } from './api.ts';
import { eksTokens, type TokenOptions } from './eks-token.ts';

export type EksOptions = {
  eks: Pick<EKSClient, 'send'>;
  region: string;
  credentials: TokenOptions['credentials'];
  now: () => Instant;
};

/** An endpoint or CA that changed is known within this time. */
const KEPT = minutes(10);

const Described = z.object({
  cluster: z.object({
    endpoint: z.string().min(1),
    status: z.string().optional(),
    certificateAuthority: z.object({ data: z.string().min(1) }).optional(),
  }),
});

/** Looks up how an EKS cluster is reached, at most once in ten minutes for each. The object is the same until it is looked up anew. */
export function eksAccess(options: EksOptions): (cluster: string) => Promise<Access> {
  const known = new Map<string, { access: Promise<Access>; at: Instant }>();
  return async (cluster) => {
    const kept = known.get(cluster);
    const now = options.now();
    if (kept && now - kept.at < KEPT) return kept.access;
    const access = describe(options, cluster);
    known.set(cluster, { access, at: now });
    access.catch(() => known.delete(cluster));
    return access;
  };
}

async function describe({ eks, region, credentials, now }: EksOptions, cluster: string): Promise<Access> {
  const described = Described.safeParse(
    await eks.send(new DescribeClusterCommand({ name: cluster })).catch((cause) => unknown(cluster, cause)),
  );
  if (!described.success)
    throw new ClusterError('unavailable', `EKS cluster ${cluster} has no endpoint yet`, {
      retryable: true,
      cause: described.error,
    });
  const { endpoint, certificateAuthority } = described.data.cluster;
  const token = eksTokens({ cluster, region, credentials, now });
  const { protocol, hostname } = new URL(endpoint);
  if (protocol === 'https:') {
    if (!certificateAuthority)
      throw new ClusterError('untrusted', `EKS tells no certificate authority for cluster ${cluster}`, {
        retryable: true,
      });
    return { server: endpoint, ca: Buffer.from(certificateAuthority.data, 'base64').toString('utf8'), token };
  }
  // A token in plain text may not leave the machine.
  if (protocol === 'http:' && hostname === '127.0.0.1') return { server: endpoint, token };
  throw new ClusterError('cluster-unknown', `the endpoint of cluster ${cluster} is not https`, { retryable: false });
}

function unknown(cluster: string, cause: unknown): never {
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'ResourceNotFoundException')
    throw new ClusterError('cluster-unknown', `there is no EKS cluster ${cluster} in this account and region`, {
      retryable: false,
      cause,
    });
  if (name === 'AccessDeniedException')
    throw new ClusterError('forbidden', `drover may not call eks:DescribeCluster on ${cluster}`, {
      retryable: false,
      cause,
    });
  throw new ClusterError('unavailable', `EKS cannot say where cluster ${cluster} is (${name || 'unknown error'})`, {
    retryable: true,
    cause,
  });
}
