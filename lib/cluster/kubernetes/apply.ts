import type { Place } from '../../target/record.ts';
import type { Applied, ApplyOrder } from '../cluster.ts';
import { plainRefusal, read, refusal } from './answer.ts';
import type { ApiAnswer, KubernetesApi } from './api.ts';
import { defaultDeployment, defaultService } from './default-manifest.ts';
import { FIELD_MANAGER, ownersOfImage } from './field-managers.ts';
import { judgedAnew } from './judged-anew.ts';
import { byWorkload, containersOf, find, type Grouped, workloadPath } from './namespace.ts';
import { imagePatch, TAKEN_FROM } from './patch.ts';
import { cannotRollOut } from './rollout-status.ts';
import { numberOf, WorkloadObject } from './workload-object.ts';

/** What is to be done to one workload; found out for all of them before the first is touched. */
type Step =
  | { kind: 'nothing'; takenFrom: string[] }
  | { kind: 'patch'; workload: Grouped; object: WorkloadObject; images: string[] }
  | { kind: 'create'; workload: Grouped };

/**
 * Sets the image on every workload, in order, by server-side apply. All are read and judged before the first is patched, and each
 * patch carries the resourceVersion that was judged, so whatever changes in between is a conflict: all is judged anew, and after
 * ten conflicts it is thrown, to be tried later. A repeated call goes on where the last one ended, and patches nothing that is done.
 */
export function apply(api: KubernetesApi, place: Place, order: ApplyOrder): Promise<Applied> {
  return judgedAnew(() => applyOnce(api, place, order));
}

async function applyOnce(api: KubernetesApi, place: Place, order: ApplyOrder): Promise<Applied> {
  const steps: Step[] = [];
  for (const workload of byWorkload(place)) {
    const step = await judge(api, place, workload, order);
    if (step.kind !== 'nothing' && step.kind !== 'patch' && step.kind !== 'create') return step;
    steps.push(step);
  }
  const takenFrom = new Set<string>();
  let unnumbered: string | undefined;
  for (const step of steps) {
    if (step.kind !== 'nothing' && !(await order.stillCurrent())) return { kind: 'withdrawn' };
    const taken =
      step.kind === 'nothing'
        ? step.takenFrom
        : step.kind === 'patch'
          ? await patch(api, place, step, order)
          : await create(api, place, step.workload, order);
    if (Array.isArray(taken)) for (const manager of taken) takenFrom.add(manager);
    else if ('unnumbered' in taken) unnumbered = taken.unnumbered;
    else return taken;
  }
  return { kind: 'applied', takenFrom: [...takenFrom], ...(unnumbered !== undefined && { unnumbered }) };
}

async function judge(api: KubernetesApi, place: Place, workload: Grouped, order: ApplyOrder): Promise<Step | Applied> {
  const found = await find(api, place, workload);
  const isMade = place.create && workload.kind === 'Deployment';
  if (found.kind === 'absent' && isMade && (order.expected === 'any' || order.expected.includes(null)))
    return { kind: 'create', workload };
  if (found.kind !== 'found') return { kind: 'refused', image: null, reason: found.reason };
  const { object, image, images } = found;
  const number = numberOf(object);
  const other = images.find((one) => one !== order.image);
  if (number > order.number) return { kind: 'gave-way', image, number };
  if (number === order.number && other === undefined) return { kind: 'nothing', takenFrom: takenBefore(object) };
  if (number === order.number) return { kind: 'found-other', image: other ?? image, touched: true };
  const { expected } = order;
  const foreign = expected === 'any' ? undefined : images.find((one) => one !== order.image && !expected.includes(one));
  if (foreign !== undefined) return { kind: 'found-other', image: foreign, touched: false };
  const hopeless = cannotRollOut(object, workload.kind);
  if (hopeless !== undefined) return { kind: 'refused', image, reason: hopeless };
  return { kind: 'patch', workload, object, images };
}

/**
 * Forced at once: the owners are known from the very version that the patch insists on, so a refused first try would tell nothing new.
 * Returns the managers that the image was taken from.
 */
async function patch(
  api: KubernetesApi,
  { namespace }: Place,
  step: Extract<Step, { kind: 'patch' }>,
  order: ApplyOrder,
): Promise<string[] | { unnumbered: string } | Exclude<Applied, { kind: 'applied' }>> {
  const { workload, object, images } = step;
  const containers = containersOf(workload);
  const changed = containers.filter((_, n) => images[n] !== order.image);
  const takenFrom = [...new Set(changed.flatMap((container) => ownersOfImage(object, container)))];
  const answer = await api({
    method: 'PATCH',
    path: workloadPath(namespace, workload.kind, workload.name),
    query: { fieldManager: FIELD_MANAGER, force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: imagePatch(object, namespace, { ...order, kind: workload.kind, containers, takenFrom }),
  });
  const what = `setting the image of ${workload.kind} ${workload.name} in namespace ${namespace}`;
  if (isPermanent(answer)) {
    const reason = plainRefusal(answer, what);
    // Only the number is missing: what runs already is not undone for it.
    return changed.length === 0 ? { unnumbered: reason } : { kind: 'refused', image: images[0] ?? null, reason };
  }
  read(WorkloadObject, answer, what);
  return takenFrom;
}

/** The Service first: a crash between the two is then mended by the repeated call, which finds no Deployment. */
async function create(
  api: KubernetesApi,
  { namespace }: Place,
  workload: Grouped,
  order: ApplyOrder,
): Promise<string[] | Exclude<Applied, { kind: 'applied' }>> {
  const { name, container } = workload;
  const { image, number, release, approval } = order;
  const query = { fieldManager: FIELD_MANAGER };
  const service = await api({
    method: 'POST',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/services`,
    query,
    body: defaultService({ name, namespace }),
  });
  if (service.status !== 409 && isPermanent(service))
    return {
      kind: 'refused',
      image: null,
      reason: plainRefusal(service, `making Service ${name} in namespace ${namespace}`),
    };
  const answer = await api({
    method: 'POST',
    path: workloadPath(namespace, 'Deployment'),
    query,
    body: defaultDeployment({ name, namespace, container, image, number, release, approval }),
  });
  if (isPermanent(answer))
    return {
      kind: 'refused',
      image: null,
      reason: plainRefusal(answer, `making Deployment ${name} in namespace ${namespace}`),
    };
  if (answer.status >= 300) throw refusal(answer, `Deployment ${name} in namespace ${namespace}`);
  return [];
}

/** 409 is somebody else's change in between: looked at again. Every other refusal stays one. */
function isPermanent({ status }: ApiAnswer): boolean {
  return status >= 400 && status !== 409;
}

function takenBefore({ metadata }: WorkloadObject): string[] {
  return (metadata.annotations[TAKEN_FROM] ?? '').split(',').filter((manager) => manager !== '');
}
