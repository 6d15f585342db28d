import * as z from 'zod';
import type { Place, Workload } from '../../target/record.ts';
import { oneLine, plainRefusal, read } from './answer.ts';
import type { KubernetesApi } from './api.ts';
import { listOf } from './object-parts.ts';
import { imageOf, WorkloadObject } from './workload-object.ts';

/** The resource of a kind, as paths and Roles name it. */
export const RESOURCES = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
} as const satisfies Record<Workload['kind'], string>;

/** The path of a namespace's workloads of one kind, or of one of them. */
export function workloadPath(namespace: string, kind: Workload['kind'], name?: string): string {
  const all = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/${RESOURCES[kind]}`;
  return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
}

/** A workload and all containers of it that are to run the image: `container` is the first of them. */
export type Grouped = Workload & { others?: string[] };

/** One entry for each workload, in the order of the place, however many of its containers are named. */
export function byWorkload({ workloads }: Pick<Place, 'workloads'>): (Workload & { others: string[] })[] {
  const groups = new Map<string, Workload & { others: string[] }>();
  for (const workload of workloads) {
    const key = `${workload.kind} ${workload.name}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { ...workload, others: [] });
    else known.others.push(workload.container);
  }
  return [...groups.values()];
}

/** The containers of a workload that are to run the image. */
export const containersOf = ({ container, others = [] }: Grouped): string[] => [container, ...others];

/** A workload as it is, or why it is not there or may not be read: `absent` only where the cluster itself says so. */
export type Found =
  /** `image`: the first container's; `images`: those of all of them. */
  | { kind: 'found'; object: WorkloadObject; image: string; images: string[] }
  | { kind: 'absent'; reason: string }
  | { kind: 'no-container'; reason: string }
  | { kind: 'refused'; reason: string };

/**
 * Reads a workload and its containers. One call; a second where it is missing, to say what is there instead. `cached`: the API server
 * may answer from its memory, which spares etcd (Kubernetes API concepts, "Resource versions": `resourceVersion=0`).
 */
export async function find(
  api: KubernetesApi,
  { namespace }: Place,
  workload: Grouped,
  how: 'cached' | 'now' = 'now',
): Promise<Found> {
  const what = `${workload.kind} ${workload.name} in namespace ${namespace}`;
  const answer = await api({
    method: 'GET',
    path: workloadPath(namespace, workload.kind, workload.name),
    ...(how === 'cached' && { query: { resourceVersion: '0' } }),
  });
  if (answer.status === 404)
    return { kind: 'absent', reason: `there is no ${what}${await insteadOf(api, namespace, workload.kind)}` };
  if (answer.status >= 400 && answer.status !== 409)
    return { kind: 'refused', reason: plainRefusal(answer, `reading ${what}`) };
  const object = read(WorkloadObject, answer, what);
  const containers = containersOf(workload);
  const images = containers.flatMap((name) => imageOf(object, name) ?? []);
  const [image] = images;
  if (image !== undefined && images.length === containers.length) return { kind: 'found', object, image, images };
  const missing = containers.find((name) => imageOf(object, name) === undefined);
  const there = object.spec.template.spec.containers.map(({ name }) => name).join(', ');
  return { kind: 'no-container', reason: `${what} has no container ${missing}; it has: ${there}` };
}

/** Drover's rights end at the named workloads, so often this may not be asked: then nothing is said. */
async function insteadOf(api: KubernetesApi, namespace: string, kind: Workload['kind']): Promise<string> {
  const answer = await api({ method: 'GET', path: workloadPath(namespace, kind), query: { limit: '20' } });
  const listed = listOf(z.object({ metadata: z.object({ name: z.string() }) })).safeParse(answer.body);
  if (answer.status !== 200 || !listed.success) return '';
  const names = listed.data.items.map(({ metadata }) => metadata.name);
  return names.length === 0
    ? ', nor any other: is it the right namespace?'
    : `; there are: ${oneLine(names.join(', '), 200)}`;
}
