// The floor with a third client, which reads the secret from the parameter store: what one call of the SDK adds to a first call.
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { handler as floor } from './floor.ts';

const client = new SSMClient();

/** As `floor.ts`, with the secret under the name that drover gives it. */
export async function handler(event: APIGatewayProxyEventV2): Promise<{ statusCode: number }> {
  const wanted = { Names: ['/drover/github-webhook-secret'], WithDecryption: true };
  const { Parameters = [] } = await client.send(new GetParametersCommand(wanted));
  process.env.SECRET = Parameters[0]?.Value ?? '';
  return floor(event);
}
