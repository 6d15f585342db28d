import * as z from 'zod';
import { ClusterError } from '../cluster-error.ts';
import type { Access } from './api.ts';

/** A kubeconfig, parsed from YAML, with its file references already read into `…-data`. Source: Kubernetes, kubeconfig v1. */
export const Kubeconfig = z.object({
  'current-context': z.string().default(''),
  contexts: z
    .array(z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) }))
    .default([]),
  clusters: z
    .array(
      z.object({
        name: z.string(),
        cluster: z.object({ server: z.url(), 'certificate-authority-data': z.string().optional() }),
      }),
    )
    .default([]),
  users: z
    .array(
      z.object({
        name: z.string(),
        user: z.object({
          token: z.string().optional(),
          'client-certificate-data': z.string().optional(),
          'client-key-data': z.string().optional(),
        }),
      }),
    )
    .default([]),
});
export type Kubeconfig = z.infer<typeof Kubeconfig>;

/**
 * How a cluster of a kubeconfig is reached: the context of that name, else the current one. Only what the file itself holds: tokens
 * and client certificates; a certificate authority is needed unless the system's own vouch for it. Throws ClusterError `cluster-unknown`.
 */
export function kubeconfigAccess(config: Kubeconfig, cluster: string): Access {
  const named = (name: string) => config.contexts.find((one) => one.name === name)?.context;
  const context = named(cluster) ?? named(config['current-context']);
  const found = config.clusters.find(({ name }) => name === context?.cluster)?.cluster;
  const user = config.users.find(({ name }) => name === context?.user)?.user ?? {};
  if (!context || !found)
    throw new ClusterError(
      'cluster-unknown',
      `the kubeconfig has no context ${cluster}, and no current one that names a cluster of it`,
      {
        retryable: false,
      },
    );
  const { token } = user;
  const decoded = (data: string | undefined) => data && Buffer.from(data, 'base64').toString('utf8');
  const ca = decoded(found['certificate-authority-data']);
  const cert = decoded(user['client-certificate-data']);
  const key = decoded(user['client-key-data']);
  return {
    server: found.server,
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(token && { token: async () => token }),
  };
}
