import type { Instant } from '../../engine/instant.ts';
import type { Place } from '../../target/record.ts';
import type { Cluster } from '../cluster.ts';
import { ClusterError } from '../cluster-error.ts';
import type { Access, KubernetesApi } from './api.ts';
import { apply } from './apply.ts';
import { check } from './check.ts';
import { httpsApi } from './https-api.ts';
import { look } from './look.ts';
import { stamp } from './stamp.ts';
import { watch } from './watch.ts';

export type KubernetesOptions = {
  /** How a cluster is reached: `eksAccess(…)`, or a kubeconfig's. The same object again keeps its connections. */
  access: (cluster: string) => Promise<Access>;
  now: () => Instant;
};

/** Kubernetes as a place where images run. Throws ClusterError on an outage, and on a refusal that is no outcome of the call. */
export function kubernetesCluster({ access, now }: KubernetesOptions): Cluster {
  const connections = new WeakMap<Access, KubernetesApi>();
  const reach = async ({ cluster }: Place): Promise<KubernetesApi> => {
    const way = await access(cluster);
    const api = connections.get(way) ?? httpsApi(way);
    connections.set(way, api);
    return api;
  };
  return {
    look: (place) =>
      reach(place)
        .then((api) => look(api, place))
        .catch((error) => ({ kind: 'refused', reason: permanent(error) })),
    apply: (place, order) =>
      reach(place)
        .then((api) => apply(api, place, order))
        .catch((error) => ({ kind: 'refused', image: undefined, reason: permanent(error) })),
    check: (place, image) =>
      reach(place)
        .then((api) => check(api, place, image))
        .catch((error) => ({ kind: 'refused', reason: permanent(error) })),
    watch: async (place, image) => watch(await reach(place), place, image, now()),
    stamp: async (place, number) => stamp(await reach(place), place, number),
  };
}

/** The reason of a refusal that no further try mends. Everything else is thrown on. */
function permanent(error: unknown): string {
  if (error instanceof ClusterError && !error.retryable) return error.message;
  throw error;
}
