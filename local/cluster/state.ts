import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeWhole } from '../disk/write-whole.ts';
import { type ClusterEvent, Deployment, ReplicaSet, Service } from './objects.ts';
import type { Pod } from './pod.ts';

const Saved = z.object({
  version: z.number(),
  deployments: z.array(Deployment),
  replicaSets: z.array(ReplicaSet),
  services: z.array(Service),
});

export type RunningPod = {
  name: string;
  namespace: string;
  uid: string;
  createdAt: number;
  owner: ReplicaSet;
  pod: Pod;
};

/** All that the cluster knows. Deployments, ReplicaSets and Services are kept on disk; pods are made again after a restart. */
export type State = {
  deployments: Map<string, Deployment>;
  replicaSets: Map<string, ReplicaSet>;
  services: Map<string, Service>;
  pods: Map<string, RunningPod>;
  events: (ClusterEvent & { at: number; count: number })[];
  nextVersion: () => string;
  /** Writes what changed since the last time; nothing where nothing did. */
  save: () => void;
};

export const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

/** Reads the state that an earlier run kept in `folder`, or begins with none. A file that does not parse throws, and is left alone. */
export function openState(folder: string): State {
  const path = join(folder, 'state.json');
  const saved = existsSync(path)
    ? Saved.parse(JSON.parse(readFileSync(path, 'utf8')))
    : { version: 1, deployments: [], replicaSets: [], services: [] };
  let { version } = saved;
  let written = '';
  const byKey = <T extends { metadata: { namespace: string; name: string } }>(objects: T[]) =>
    new Map(objects.map((object) => [keyOf(object.metadata.namespace, object.metadata.name), object]));
  const state: State = {
    deployments: byKey(saved.deployments),
    replicaSets: byKey(saved.replicaSets),
    services: byKey(saved.services),
    pods: new Map(),
    events: [],
    nextVersion: () => String(++version),
    save: () => {
      const content = JSON.stringify({
        deployments: [...state.deployments.values()],
        replicaSets: [...state.replicaSets.values()],
        services: [...state.services.values()],
      });
      if (content === written) return;
      writeWhole(path, `{"version":${version},${content.slice(1)}`);
      written = content;
    },
  };
  return state;
}
