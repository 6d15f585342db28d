import type { Place } from '../../target/record.ts';
import type { Checked, Difference } from '../cluster.ts';
import { ClusterError } from '../cluster-error.ts';
import type { KubernetesApi } from './api.ts';
import { ownedSince } from './field-managers.ts';
import { byWorkload, containersOf, find, type Grouped } from './namespace.ts';
import { RELEASE } from './patch.ts';

/**
 * What differs from what was approved: one call for each workload, answered from the API server's cache. Only where that shows a
 * difference it is read again, consistently, so that an old answer is never taken for a change.
 */
export async function check(api: KubernetesApi, place: Place, image: string): Promise<Checked> {
  const seen = await differences(api, place, image, 'cached');
  return seen.kind === 'differs' ? differences(api, place, image, 'now') : seen;
}

async function differences(api: KubernetesApi, place: Place, image: string, how: 'cached' | 'now'): Promise<Checked> {
  const found: (Difference & { image: string | null })[] = [];
  for (const workload of byWorkload(place)) found.push(...(await ofWorkload(api, place, workload, image, how)));
  const first = found.find(({ what }) => what !== 'manager');
  if (found.length === 0) return { kind: 'as-approved' };
  return {
    kind: 'differs',
    image: first === undefined ? image : first.image,
    differences: found.map(({ image: _, ...difference }) => difference),
  };
}

async function ofWorkload(
  api: KubernetesApi,
  place: Place,
  workload: Grouped,
  approved: string,
  how: 'cached' | 'now',
): Promise<(Difference & { image: string | null })[]> {
  const found = await find(api, place, workload, how);
  const name = `${workload.kind} ${workload.name}`;
  switch (found.kind) {
    case 'refused':
      throw new ClusterError('forbidden', found.reason, { retryable: false });
    case 'absent':
      return [{ workload: name, what: 'workload', is: found.reason, by: [], image: null }];
    case 'no-container':
      return [{ workload: name, what: 'container', is: found.reason, by: [], image: null }];
    case 'found': {
      const { object, images } = found;
      const containers = containersOf(workload);
      // Before drover's first apply the image belongs to whoever made the workload, rightly.
      const isOurs = object.metadata.annotations[RELEASE] !== undefined;
      return containers.flatMap((container, n): (Difference & { image: string | null })[] => {
        const image = images[n] ?? '';
        const owned = ownedSince(object, container);
        const about = {
          workload: containers.length === 1 ? name : `${name}, container ${container}`,
          is: image,
          image,
        };
        if (image !== approved) return [{ ...about, what: 'image', ...owned }];
        return isOurs && owned.by.length > 0 ? [{ ...about, what: 'manager', ...owned }] : [];
      });
    }
  }
}
