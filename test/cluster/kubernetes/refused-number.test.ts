import { describe, expect, test } from 'vitest';
import type { KubernetesApi } from '../../../lib/cluster/kubernetes/api.ts';
import { apply } from '../../../lib/cluster/kubernetes/apply.ts';
import { stamp } from '../../../lib/cluster/kubernetes/stamp.ts';
import { environment, imageOf } from '../../target/play.ts';

const message =
  'deployments.apps "web" is forbidden: ValidatingAdmissionPolicy \'signed\' denied request: images must be signed';

/** Deployments that run these images; admission refuses every change of those that are named. */
function refusing(images: Record<string, string>, refused: string[]) {
  const patched: string[] = [];
  const api: KubernetesApi = async ({ method, path }) => {
    const name = path.split('/').at(-1) ?? '';
    const container = { name: 'web', image: images[name] };
    const object = {
      metadata: { name, uid: name, resourceVersion: '1', annotations: { 'drover.dev/rollout': '3' } },
      spec: { selector: {}, template: { spec: { containers: [container] } } },
    };
    if (method === 'GET') return { status: 200, body: object };
    if (refused.includes(name)) return { status: 422, body: { kind: 'Status', reason: 'Invalid', message } };
    patched.push(name);
    return { status: 200, body: object };
  };
  return { api, patched };
}

const place = {
  ...environment,
  workloads: ['web', 'worker'].map((name) => ({ kind: 'Deployment' as const, name, container: 'web' })),
};
const order = {
  image: imageOf('a'),
  number: 5,
  expected: [imageOf('a')],
  release: 'baseline',
  stillCurrent: async () => true,
};
const told = (what: string) => `${what} of Deployment web in namespace ${place.namespace} is refused (422): ${message}`;

describe('where the cluster refuses every change', () => {
  test('what runs already counts as applied, and that it has no number is said', async () => {
    const { api, patched } = refusing({ web: imageOf('a'), worker: imageOf('a') }, ['web']);
    expect(await apply(api, place, order)).toEqual({
      kind: 'applied',
      takenFrom: [],
      unnumbered: told('setting the image'),
    });
    expect(patched).toEqual(['worker']);
  });

  test('another image is refused', async () => {
    const { api } = refusing({ web: imageOf('a'), worker: imageOf('a') }, ['web']);
    expect(await apply(api, place, { ...order, image: imageOf('b') })).toEqual({
      kind: 'refused',
      image: imageOf('a'),
      reason: told('setting the image'),
    });
  });

  test('a stamp tells what runs all the same, and stamps the other workloads', async () => {
    const { api, patched } = refusing({ web: imageOf('a'), worker: imageOf('a') }, ['web']);
    const stamped = await stamp(api, place, 5);
    expect(stamped).toMatchObject({ image: imageOf('a'), refused: expect.stringContaining('images must be signed') });
    expect(patched).toEqual(['worker']);
  });
});
