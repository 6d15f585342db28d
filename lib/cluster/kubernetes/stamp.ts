import type { Place } from '../../target/record.ts';
import type { Stamped } from '../cluster.ts';
import { plainRefusal, read } from './answer.ts';
import type { KubernetesApi } from './api.ts';
import { FIELD_MANAGER } from './field-managers.ts';
import { judgedAnew } from './judged-anew.ts';
import { byWorkload, find, workloadPath } from './namespace.ts';
import { stampPatch } from './patch.ts';
import { numberOf, WorkloadObject } from './workload-object.ts';

/**
 * Writes the number into each workload's annotation, where it is not there or higher already. Returns the first workload's image as it
 * was at the stamp, null where that workload or container is gone. What is refused for good is no reason to leave out the other workloads.
 */
export function stamp(api: KubernetesApi, place: Place, number: number): Promise<Stamped> {
  return judgedAnew(() => stampOnce(api, place, number));
}

async function stampOnce(api: KubernetesApi, place: Place, number: number): Promise<Stamped> {
  const images: (string | null | undefined)[] = [];
  let refused: string | undefined;
  for (const workload of byWorkload(place)) {
    const found = await find(api, place, workload);
    images.push(found.kind === 'found' ? found.image : found.kind === 'refused' ? undefined : null);
    if (found.kind === 'refused') refused = found.reason;
    if (found.kind !== 'found' || numberOf(found.object) >= number) continue;
    const answer = await api({
      method: 'PATCH',
      path: workloadPath(place.namespace, workload.kind, workload.name),
      query: { fieldManager: FIELD_MANAGER },
      contentType: 'application/merge-patch+json',
      body: stampPatch(found.object, number),
    });
    const what = `stamping ${workload.kind} ${workload.name} in namespace ${place.namespace}`;
    // Deleted in between: nothing is left to stamp.
    if (answer.status === 404) images[images.length - 1] = null;
    else if (answer.status >= 400 && answer.status !== 409) refused = plainRefusal(answer, what);
    else read(WorkloadObject, answer, what);
  }
  const [image] = images;
  return refused === undefined ? { image: image ?? null } : { image, refused };
}
