// The contracts of the services that stand in for AWS, by the SDK's own clients. The same ones run against moto in the real tier.
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EKSClient } from '@aws-sdk/client-eks';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { ecrContract } from '../contracts/ecr.ts';
import { eksContract } from '../contracts/eks.ts';
import { imagesContract } from '../contracts/images.ts';
import { logsContract } from '../contracts/logs.ts';
import { sqsContract } from '../contracts/sqs.ts';
import { ssmContract } from '../contracts/ssm.ts';
import { stsContract } from '../contracts/sts.ts';
import { startLocal } from './start-local.ts';

const startEcr = async () => {
  const local = await startLocal();
  return { ...local, client: new ECRClient(local.config) };
};
ecrContract('ours', startEcr);
imagesContract('ours', startEcr);
sqsContract('ours', async () => {
  const local = await startLocal();
  return { ...local, client: new SQSClient(local.config) };
});
ssmContract('ours', async () => {
  const local = await startLocal();
  return { ...local, client: new SSMClient(local.config) };
});
eksContract('ours', async () => {
  const local = await startLocal();
  return { ...local, client: new EKSClient(local.config) };
});
stsContract('ours', async () => {
  const local = await startLocal();
  return { ...local, client: new STSClient(local.config) };
});
logsContract('ours', async () => {
  const local = await startLocal();
  return { ...local, client: new CloudWatchLogsClient(local.config), write: local.writeLog };
});
