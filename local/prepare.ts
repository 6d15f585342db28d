import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetParameterCommand, ParameterNotFound, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { storeToken } from '../lib/history/token-table.ts';
import { makeToken } from '../lib/history/tokens.ts';

/** What a person does once on AWS by `aws ssm put-parameter` and `drover token create`; found again at the next start. */
export async function prepare({ table, now }: { table: string; now: () => number }) {
  const ssm = new SSMClient();
  const dynamodb = new DynamoDBClient();
  return {
    webhook: await parameter(ssm, '/drover/github-webhook-secret', randomSecret),
    approvalKey: await parameter(ssm, '/drover/approval-key', randomSecret),
    apiToken: await parameter(ssm, '/local/api-token', async () => {
      const made = makeToken('operator', 'operate', now(), randomBytes);
      await storeToken({ client: dynamodb, tableName: table }, made.stored);
      return made.text;
    }),
  };
}

const randomSecret = async (): Promise<string> => randomBytes(32).toString('hex');

async function parameter(ssm: SSMClient, Name: string, make: () => Promise<string>): Promise<string> {
  try {
    const found = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    return found.Parameter?.Value ?? '';
  } catch (error) {
    if (!(error instanceof ParameterNotFound)) throw error;
    const Value = await make();
    await ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString' }));
    return Value;
  }
}
