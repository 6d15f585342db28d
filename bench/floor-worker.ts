// The least that a function which looks at a cluster can be: targets by one query of the SDK, the way by EKS, a presigned token, and a
// GET over node's own https. It decides nothing, checks no answer, logs nothing.
import http from 'node:http';
import https from 'node:https';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import type { SQSBatchResponse } from 'aws-lambda';
import { eksToken } from '../lib/cluster/kubernetes/eks-token.ts';

const [dynamodb, eks] = [new DynamoDBClient(), new EKSClient()];

/** No failures where the Deployment of FLOOR_PATH, in the cluster FLOOR_CLUSTER, could be read. */
export async function handler(): Promise<SQSBatchResponse> {
  const { FLOOR_PATH = '', FLOOR_CLUSTER = '', DROVER_TABLE = '', AWS_REGION = '' } = process.env;
  const query = { TableName: DROVER_TABLE, IndexName: 'byHerd', KeyConditionExpression: 'herdPk = :pk' };
  await dynamodb.send(new QueryCommand({ ...query, ExpressionAttributeValues: { ':pk': { S: 'targets' } } }));
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: FLOOR_CLUSTER }));
  const credentials = eks.config.credentials;
  const token = await eksToken({ cluster: FLOOR_CLUSTER, region: AWS_REGION, credentials, now: Date.now });
  const url = new URL(FLOOR_PATH, cluster?.endpoint);
  const headers = { authorization: `Bearer ${token}` };
  const status = await new Promise<number>((resolve, reject) => {
    (url.protocol === 'https:' ? https : http)
      .get(url, { headers }, (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0)))
      .on('error', reject);
  });
  return { batchItemFailures: status === 200 ? [] : [{ itemIdentifier: 'floor' }] };
}
