import { DescribeClusterCommand, type EKSClient } from '@aws-sdk/client-eks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, thrownName } from './engine.ts';

export type StartedEks = { client: EKSClient; addCluster: (name: string) => Promise<void>; close: () => Promise<void> };

/** What drover relies on in EKS: https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html */
export function eksContract(engine: Engine, start: () => Promise<StartedEks>): void {
  describe(`EKS: ${engine}`, () => {
    let eks: StartedEks;
    beforeAll(async () => {
      eks = await start();
      await eks.addCluster('production');
    });
    afterAll(() => eks.close());
    const describeCluster = (name: string) => eks.client.send(new DescribeClusterCommand({ name }));

    test('a cluster has an endpoint and a certificate in base64', async () => {
      const { cluster } = await describeCluster('production');
      expect(cluster).toMatchObject({ name: 'production', status: 'ACTIVE' });
      expect(URL.canParse(cluster?.endpoint ?? '')).toBe(true);
      const data = cluster?.certificateAuthority?.data ?? '';
      expect(Buffer.from(data, 'base64').toString('base64')).toBe(data);
      expect(data).not.toBe('');
    });

    test('one that is not there is ResourceNotFoundException', async () => {
      expect(await thrownName(describeCluster('none'))).toBe('ResourceNotFoundException');
    });
  });
}
