import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type AwsOptions, startAws } from '../../local/aws/aws.ts';
import { localCredentials, localRegion } from '../../local/aws/credentials.ts';
import { ecrService } from '../../local/aws/ecr.ts';
import type { LocalCluster } from '../../local/aws/eks.ts';
import { logsService } from '../../local/aws/logs.ts';
import { openQueues, sqsService } from '../../local/aws/sqs.ts';
import { ssmService } from '../../local/aws/ssm.ts';
import { startRegistry } from '../../local/registry/registry.ts';
import { pushImage } from '../contracts/push-image.ts';
import { temporaryFolder } from '../disk/folder.ts';

/** The local AWS with every service, on free ports and in a folder of its own that `close` removes. */
export async function startLocal(options: Partial<AwsOptions> = {}) {
  const folder = temporaryFolder();
  const now = Date.now;
  const registry = await startRegistry({ port: 0, folder: join(folder, 'registry'), now, immutable: true });
  const queues = openQueues({ folder: join(folder, 'sqs'), now });
  const clusters: LocalCluster[] = [];
  const logs = join(folder, 'logs');
  const groups = new Set<string>();
  let url = '';
  const aws = await startAws({
    port: 0,
    now,
    services: [
      sqsService(queues, () => url),
      ssmService({ folder: join(folder, 'ssm'), now }),
      logsService({ hasGroup: (group) => groups.has(group), fileOf: (group, stream) => join(logs, group, stream) }),
      ecrService({ store: registry.store, host: registry.host, now }),
    ],
    clusters: () => clusters,
    ...options,
  });
  url = aws.url;
  return {
    url,
    folder,
    registry,
    queues,
    clusters,
    config: { endpoint: url, region: localRegion, credentials: localCredentials, maxAttempts: 1 },
    addImage: async (repository: string, tag: string, content: string) =>
      (await pushImage(registry.url, repository, tag, content)).digest,
    writeLog: async (group: string, stream: string, lines: string[]) => {
      groups.add(group);
      const path = join(logs, group, stream);
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, lines.map((line) => `${line}\n`).join(''));
    },
    addCluster: async (name: string) => {
      clusters.push({ name, endpoint: 'https://127.0.0.1:6443', certificateAuthority: '-----BEGIN CERTIFICATE-----' });
    },
    close: async () => {
      await aws.close();
      await registry.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
