import { z } from 'zod';
import type { ApiAnswer, ApiRequest, KubernetesApi } from '../../lib/cluster/kubernetes/api.ts';
import { ROLLOUT } from '../../lib/cluster/kubernetes/workload-object.ts';
import { call, type Process } from './scheduler.ts';

/** One Deployment of the simulated cluster. */
type Workload = {
  name: string;
  image: string;
  annotations: Record<string, string>;
  resourceVersion: number;
  status: 'progressing' | 'complete' | 'failed';
  /** Scaled to zero: no pod is wanted, and nothing of an image is shown. */
  asleep?: boolean;
};

/** A namespace of a cluster: what its API server does as far as drover speaks to it. `seen` is called before drover changes an image. */
export type Namespace = {
  workloads: Map<string, Workload>;
  /** Whether admission refuses a change with this number, for good. */
  isRefused: (number: number) => boolean;
  changes: (process: Process, change: { workload: string; from: string | null; to: string; number: number }) => void;
  looked: (process: Process) => void;
};

const Patch = z.object({
  metadata: z.object({
    name: z.string().optional(),
    resourceVersion: z.string().optional(),
    annotations: z.record(z.string(), z.string()),
  }),
  spec: z
    .object({
      template: z.object({
        spec: z.object({ containers: z.array(z.object({ name: z.string(), image: z.string() })) }),
      }),
    })
    .optional(),
});

/** The API server as one process reaches it. */
export function clusterApi(process: Process, namespace: Namespace): KubernetesApi {
  return async (request) => {
    const found = /\/deployments(?:\/([^/]+))?$/.exec(request.path);
    if (found === null) return { status: request.method === 'GET' ? 200 : 201, body: { items: [] } };
    const isChange = request.method !== 'GET';
    return call(process, `${request.method} deployment`, () => answer(process, namespace, request, found[1]), isChange);
  };
}

function answer(process: Process, namespace: Namespace, request: ApiRequest, name: string | undefined): ApiAnswer {
  const { workloads, looked, changes, isRefused } = namespace;
  const workload = name === undefined ? undefined : workloads.get(name);
  if (request.method === 'GET') {
    looked(process);
    if (name === undefined) return { status: 200, body: { items: [...workloads.values()].map(deployment) } };
    return workload === undefined
      ? { status: 404, body: { kind: 'Status', reason: 'NotFound' } }
      : { status: 200, body: deployment(workload) };
  }
  const { metadata, spec } = Patch.parse(request.body);
  const number = Number(metadata.annotations[ROLLOUT]);
  const image = spec?.template.spec.containers[0]?.image;
  if (request.method === 'POST') {
    if (image === undefined || metadata.name === undefined) return { status: 422, body: {} };
    if (workloads.has(metadata.name)) return { status: 409, body: {} };
    if (isRefused(number)) return { status: 403, body: { message: 'admission says no' } };
    changes(process, { workload: metadata.name, from: null, to: image, number });
    const made: Workload = {
      name: metadata.name,
      image,
      annotations: metadata.annotations,
      resourceVersion: 1,
      status: 'progressing',
    };
    workloads.set(made.name, made);
    return { status: 201, body: deployment(made) };
  }
  if (workload === undefined) return { status: 404, body: { kind: 'Status', reason: 'NotFound' } };
  if (metadata.resourceVersion !== String(workload.resourceVersion)) return { status: 409, body: {} };
  if (isRefused(number)) return { status: 403, body: { message: 'admission says no' } };
  if (image !== undefined) changes(process, { workload: workload.name, from: workload.image, to: image, number });
  if (image !== undefined && image !== workload.image) Object.assign(workload, { image, status: 'progressing' });
  Object.assign(workload.annotations, metadata.annotations);
  workload.resourceVersion += 1;
  return { status: 200, body: deployment(workload) };
}

function deployment({ name, image, annotations, resourceVersion, status, asleep = false }: Workload) {
  const wanted = asleep ? 0 : 1;
  const isNew = status === 'complete' ? wanted : 0;
  const stuck = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: '' };
  return {
    metadata: {
      name,
      uid: name,
      resourceVersion: String(resourceVersion),
      generation: 1,
      annotations: { ...annotations },
    },
    spec: {
      replicas: wanted,
      selector: { matchLabels: { app: name } },
      template: { spec: { containers: [{ name: 'app', image }] } },
    },
    status: {
      observedGeneration: 1,
      replicas: wanted,
      updatedReplicas: isNew,
      availableReplicas: isNew,
      conditions: status === 'failed' ? [stuck] : [],
    },
  };
}
