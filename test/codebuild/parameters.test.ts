import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { startAws } from '../../local/aws/aws.ts';
import { ssmService } from '../../local/aws/ssm.ts';
import { parametersOf } from '../../local/codebuild/parameters.ts';
import { newFolder } from './git-repository.ts';

test("a build gets a parameter of the local store in the clear, and never one of drover's own", async () => {
  const { folder, remove } = newFolder();
  const services = [ssmService({ folder: join(folder, 'parameters'), now: Date.now })];
  const aws = await startAws({ port: 0, now: Date.now, clusters: () => [], services });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SSMClient({ endpoint: aws.url, region: 'us-east-1', credentials });
  for (const Name of ['/CodeBuild/password', '/drover/webhook-secret'])
    await client.send(new PutParameterCommand({ Name, Value: 'hush', Type: 'SecureString' }));
  const parameter = parametersOf(client);
  expect(await parameter('/CodeBuild/password')).toBe('hush');
  expect(await parameter('/drover/webhook-secret')).toBeUndefined();
  expect(await parameter('drover/webhook-secret')).toBeUndefined();
  expect(await parameter('/nowhere')).toBeUndefined();
  client.destroy();
  await aws.close();
  remove();
});
