// The least that a webhook of this kind can be: the signature's check, and the two SDK clients that a push needs, sending nothing.
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isSignedBy, signatureOf } from '../lib/source/github/signature.ts';

const clients = [new DynamoDBClient(), new CodeBuildClient()];

/** 202 where the secret in SECRET made the signature, else 401. */
export async function handler({ body = '', headers }: APIGatewayProxyEventV2): Promise<{ statusCode: number }> {
  const signature = signatureOf(headers['x-hub-signature-256']);
  const isGenuine = signature !== undefined && isSignedBy([process.env.SECRET ?? ''], Buffer.from(body), signature);
  return { statusCode: isGenuine && clients.length === 2 ? 202 : 401 };
}
