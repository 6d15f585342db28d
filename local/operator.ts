import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { approvalLink } from '../lib/approval/token.ts';
import type { Herd } from '../lib/codebase/codebase.ts';
import { findTarget, listTargets } from '../lib/history/find-target.ts';
import { listReleases } from '../lib/history/list-releases.ts';
import { ecrImages } from '../lib/image/ecr.ts';
import type { Release } from '../lib/release/record.ts';
import type { Target } from '../lib/target/record.ts';
import type { LocalCluster } from './cluster/start-cluster.ts';

export type OperatorOptions = {
  herd: () => Herd;
  cluster: Pick<LocalCluster, 'services'>;
  /** Host and port. */
  registry: string;
  url: () => string;
  approvalKey: string;
  table: string;
  now: () => number;
};

/** What the person at this machine may see: what was released, what runs and where it answers, and the links of open questions. */
export function operator({ herd, cluster, registry, url, approvalKey, table: tableName, now }: OperatorOptions) {
  const table = { client: new DynamoDBClient(), tableName, unreadable: () => undefined };
  const images = ecrImages(new ECRClient(), { registry });
  const linkOf = (target: Target) => approvalLink(url(), target, { current: approvalKey });
  return {
    targets: async (): Promise<Target[]> => (await listTargets(table, { limit: 100 })).targets,
    releases: async (): Promise<Release[]> => {
      const listed = await listReleases(table, { limit: 30 }, now());
      return listed.kind === 'page' ? listed.releases : [];
    },
    linkOf,
    /** The link of the open question of a target. */
    approvalLink: async (codebase: string, environment: string): Promise<string | undefined> => {
      const found = await findTarget(table, codebase, environment);
      return found.kind === 'found' ? linkOf(found.target) : undefined;
    },
    /** Where the first workload of an environment answers. */
    serviceOf: (codebase: string, environment: string): string | undefined => {
      const place = herd()
        .byName(codebase)
        ?.environments.find(({ name }) => name === environment);
      const workload = place?.workloads[0]?.name;
      return cluster.services().find(({ name, namespace }) => name === workload && namespace === place?.namespace)?.url;
    },
    /** The digest that the registry has under a commit's tag. */
    image: async (codebase: string, commit: string): Promise<string | undefined> =>
      (await images.find(codebase, { tag: commit }))?.digest,
  };
}
