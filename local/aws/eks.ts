import { localAccount, localRegion } from './credentials.ts';
import { AwsFault, epochSeconds } from './service.ts';

/** A cluster as EKS knows it: the address of its API, and the certificate that it must show (PEM). */
export type LocalCluster = { name: string; endpoint: string; certificateAuthority: string; createdAt?: number };

/** DescribeCluster (`GET /clusters/{name}`) for the clusters given: https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html */
export function describeCluster(clusters: LocalCluster[], name: string): unknown {
  const found = clusters.find((cluster) => cluster.name === name);
  if (!found) throw new AwsFault('ResourceNotFoundException', `No cluster found for name: ${name}.`, 404);
  return {
    cluster: {
      name,
      arn: `arn:aws:eks:${localRegion}:${localAccount}:cluster/${name}`,
      createdAt: epochSeconds(found.createdAt ?? 0),
      endpoint: found.endpoint,
      status: 'ACTIVE',
      certificateAuthority: { data: Buffer.from(found.certificateAuthority).toString('base64') },
      accessConfig: { authenticationMode: 'API' },
    },
  };
}
