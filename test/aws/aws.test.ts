import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  ListImagesCommand,
  UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr';
import { EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, onTestFinished, test, vi } from 'vitest';
import { localEnvironment } from '../../local/aws/credentials.ts';
import { queueUrl } from '../../local/aws/sqs.ts';
import { thrownName } from '../contracts/engine.ts';
import { startLocal } from './start-local.ts';

async function started(options: Parameters<typeof startLocal>[0] = {}) {
  const local = await startLocal(options);
  onTestFinished(local.close);
  return local;
}

test('an operation that is not known is UnknownOperationException', async () => {
  const { config } = await started();
  const list = new ListImagesCommand({ repositoryName: 'drover/shop' });
  expect(await thrownName(new ECRClient(config).send(list))).toBe('UnknownOperationException');
  expect(await thrownName(new EKSClient(config).send(new ListClustersCommand({})))).toBe('UnknownOperationException');
});

test('a body that is not JSON, and one that does not fit', async () => {
  const { url } = await started();
  const call = async (target: string, body: string) => {
    const answer = await fetch(url, { method: 'POST', body, headers: { 'x-amz-target': target } });
    return [answer.status, JSON.parse(await answer.text()).__type];
  };
  expect(await call('AmazonSSM.GetParameter', '{')).toEqual([400, 'SerializationException']);
  expect(await call('AmazonSSM.GetParameter', '{}')).toEqual([400, 'ValidationException']);
  expect(await call('AmazonEC2ContainerRegistry_V20150921.DescribeImages', '{}')).toEqual([
    400,
    'InvalidParameterException',
  ]);
  expect(await call('Other.Operation', '{}')).toEqual([400, 'UnknownOperationException']);
});

test('the environment alone leads a client here', async () => {
  const { url } = await started();
  for (const [name, value] of Object.entries(localEnvironment(url))) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const put = new PutParameterCommand({ Name: '/drover/a', Value: 'b', Type: 'SecureString' });
  expect((await new SSMClient({}).send(put)).Version).toBe(1);
});

test('secrets lie in a file that its owner alone may read, and no report has them', async () => {
  const lines: unknown[] = [];
  const { config, folder } = await started({ report: (line) => void lines.push(line) });
  await new SSMClient(config).send(
    new PutParameterCommand({ Name: '/drover/a', Value: 'very secret', Type: 'SecureString' }),
  );
  expect(statSync(join(folder, 'ssm', 'parameters.json')).mode & 0o777).toBe(0o600);
  expect(lines).toEqual([{ service: 'AmazonSSM', operation: 'PutParameter', status: 200 }]);
});

test('an archived image is described as such, and listed only when asked for', async () => {
  const { config, addImage } = await started();
  const ecr = new ECRClient(config);
  const repositoryName = 'drover/shop';
  await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  const imageDigest = await addImage(repositoryName, 'v1', 'old');
  const archive = { repositoryName, imageId: { imageDigest }, targetStorageClass: 'ARCHIVE' } as const;
  expect((await ecr.send(new UpdateImageStorageClassCommand(archive))).imageStatus).toBe('ARCHIVED');
  const described = async (more: object) =>
    (await ecr.send(new DescribeImagesCommand({ repositoryName, ...more }))).imageDetails?.map(
      (image) => image.imageStatus,
    );
  expect(await described({ imageIds: [{ imageDigest }] })).toEqual(['ARCHIVED']);
  expect(await described({})).toEqual([]);
  expect(await described({ filter: { imageStatus: 'ARCHIVED' } })).toEqual(['ARCHIVED']);
});

test('the URL of a queue, as the functions get it', async () => {
  const { url, queues } = await started();
  queues.create({ name: 'wake' });
  expect(queues.byUrl(queueUrl(url, 'wake')).name).toBe('wake');
});
