import { read } from '../../lib/cluster/kubernetes/answer.ts';
import type { KubernetesApi } from '../../lib/cluster/kubernetes/api.ts';
import { WorkloadObject } from '../../lib/cluster/kubernetes/workload-object.ts';
import type { Workload } from '../../lib/target/record.ts';

/** What a foreign Deployment has besides: of its spec, its pods', its container, its metadata. */
export type Foreign = {
  replicas?: number;
  paused?: boolean;
  progressDeadlineSeconds?: number;
  pod?: object;
  container?: object;
  /** Further containers. */
  also?: { name: string; image: string }[];
  annotations?: Record<string, string>;
};

/** A Deployment as somebody else would make it, with one container `web` and settings that are to stay. */
export function foreignDeployment(
  name: string,
  image: string,
  { pod = {}, container = {}, also = [], annotations = {}, ...more }: Foreign,
) {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels, annotations },
    spec: {
      replicas: 1,
      ...more,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 1,
          ...pod,
          containers: [
            {
              name: 'web',
              image,
              env: [
                { name: 'PORT', value: '8080' },
                { name: 'KEPT', value: 'yes' },
              ],
              ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 1, failureThreshold: 1 },
              ...container,
            },
            ...also,
          ],
        },
      },
    },
  };
}

/** The same as a StatefulSet or a DaemonSet. */
export function foreignOfKind(kind: Workload['kind'], name: string, image: string) {
  const { metadata, spec } = foreignDeployment(name, image, {});
  const { strategy: _, replicas, ...kept } = spec;
  const own = kind === 'StatefulSet' ? { replicas, serviceName: name } : {};
  return { apiVersion: 'apps/v1', kind, metadata, spec: { ...kept, ...own } };
}

/** Makes it as `kubectl create` does; returns it as the cluster has it. */
export async function makeDeployment(
  api: KubernetesApi,
  namespace: string,
  body: { metadata: { name: string } },
): Promise<WorkloadObject> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  return read(
    WorkloadObject,
    await api({ method: 'POST', path, query: { fieldManager: 'kubectl-create' }, body }),
    'making',
  );
}

/** As the cluster has it now. */
export async function deploymentAt(api: KubernetesApi, namespace: string, name: string): Promise<WorkloadObject> {
  return read(
    WorkloadObject,
    await api({ method: 'GET', path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}` }),
    'reading',
  );
}

/** As `kubectl set image` does: a strategic merge patch. */
export async function setImage(
  api: KubernetesApi,
  namespace: string,
  name: string,
  image: string,
  container = 'web',
): Promise<WorkloadObject> {
  const answer = await api({
    method: 'PATCH',
    path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
    query: { fieldManager: 'kubectl-set' },
    contentType: 'application/strategic-merge-patch+json',
    body: { spec: { template: { spec: { containers: [{ name: container, image }] } } } },
  });
  return read(WorkloadObject, answer, 'setting the image');
}

/** As `kubectl annotate` does: a merge patch. */
export async function annotate(
  api: KubernetesApi,
  namespace: string,
  name: string,
  annotations: Record<string, string>,
): Promise<WorkloadObject> {
  const answer = await api({
    method: 'PATCH',
    path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
    query: { fieldManager: 'kubectl-annotate' },
    contentType: 'application/merge-patch+json',
    body: { metadata: { annotations } },
  });
  return read(WorkloadObject, answer, 'annotating');
}
