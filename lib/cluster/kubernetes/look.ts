import type { Place } from '../../target/record.ts';
import type { Look } from '../cluster.ts';
import type { KubernetesApi } from './api.ts';
import { byWorkload, find } from './namespace.ts';
import { numberOf } from './workload-object.ts';

/** What runs now: one call for each workload. */
export async function look(api: KubernetesApi, place: Place): Promise<Look> {
  const seen: { name: string; image: string; number: number }[] = [];
  for (const workload of byWorkload(place)) {
    const found = await find(api, place, workload);
    if (found.kind === 'refused') return { kind: 'refused', reason: found.reason };
    // What is made is not looked for elsewhere: that it is not there yet is as it should be.
    if (found.kind === 'absent' && place.create && workload.kind === 'Deployment') {
      const what = `${workload.kind} ${workload.name} in namespace ${place.namespace}`;
      return { kind: 'missing', reason: `there is no ${what}: the rollout makes it` };
    }
    if (found.kind !== 'found') return { kind: 'missing', reason: found.reason };
    const number = numberOf(found.object);
    seen.push(...found.images.map((image) => ({ name: workload.name, image, number })));
  }
  const [first] = seen;
  if (first && seen.every(({ image }) => image === first.image))
    return { kind: 'running', image: first.image, number: Math.max(...seen.map(({ number }) => number)) };
  return {
    kind: 'mixed',
    reason: `workloads run different images: ${seen.map(({ name, image }) => `${name} ${image}`).join(', ')}`,
  };
}
