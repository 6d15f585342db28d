// The contracts of the AWS services against moto, as far as it is faithful; where it is not, a skipped case says in what.
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { CreateClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { localCredentials, localRegion } from '../../local/aws/credentials.ts';
import { ecrContract } from '../contracts/ecr.ts';
import { eksContract } from '../contracts/eks.ts';
import { imagesContract } from '../contracts/images.ts';
import { logsContract } from '../contracts/logs.ts';
import { imageManifest } from '../contracts/push-image.ts';
import { sqsContract } from '../contracts/sqs.ts';
import { ssmContract } from '../contracts/ssm.ts';
import { stsContract } from '../contracts/sts.ts';
import { motoMissing, startMoto } from '../real/engines/moto.ts';
import { withEngine } from '../real/engines/with-engine.ts';

async function started() {
  const moto = await startMoto();
  return {
    ...moto,
    config: { endpoint: moto.url, region: localRegion, credentials: localCredentials, maxAttempts: 1 },
  };
}

/** moto has no registry to push to: the manifest is put by the API, and its digest is what moto says. */
async function startEcr() {
  const moto = await started();
  const client = new ECRClient(moto.config);
  const addImage = async (repositoryName: string, imageTag: string, content: string) => {
    const { bytes, mediaType } = imageManifest(Buffer.from('{}'), Buffer.from(content));
    const put = { repositoryName, imageTag, imageManifest: bytes.toString(), imageManifestMediaType: mediaType };
    return (await client.send(new PutImageCommand(put))).image?.imageId?.imageDigest ?? '';
  };
  return { ...moto, client, addImage };
}

withEngine('moto', motoMissing(), () => {
  ecrContract('moto', startEcr);
  imagesContract('moto', startEcr);
  sqsContract('moto', async () => {
    const moto = await started();
    return { ...moto, client: new SQSClient(moto.config) };
  });
  ssmContract('moto', async () => {
    const moto = await started();
    return { ...moto, client: new SSMClient(moto.config) };
  });
  logsContract('moto', async () => {
    const moto = await started();
    const client = new CloudWatchLogsClient(moto.config);
    const unlessThere = (error: unknown) => {
      if (!(error instanceof ResourceAlreadyExistsException)) throw error;
    };
    const write = async (logGroupName: string, logStreamName: string, lines: string[]) => {
      await client.send(new CreateLogGroupCommand({ logGroupName })).catch(unlessThere);
      await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName })).catch(unlessThere);
      const logEvents = lines.map((message) => ({ message, timestamp: Date.now() }));
      await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    };
    return { ...moto, client, write };
  });
  eksContract('moto', async () => {
    const moto = await started();
    const client = new EKSClient(moto.config);
    const addCluster = async (name: string) => {
      const roleArn = 'arn:aws:iam::123456789012:role/eks';
      await client.send(new CreateClusterCommand({ name, roleArn, resourcesVpcConfig: { subnetIds: [] } }));
    };
    return { ...moto, client, addCluster };
  });
  stsContract('moto', async () => {
    const moto = await started();
    return { ...moto, client: new STSClient(moto.config) };
  });
});
