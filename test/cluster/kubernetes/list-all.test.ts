import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ApiRequest, KubernetesApi } from '../../../lib/cluster/kubernetes/api.ts';
import { listAll } from '../../../lib/cluster/kubernetes/list-all.ts';

const list = { path: '/api/v1/namespaces/shop/pods', labelSelector: 'app=web', what: 'listing the pods of shop' };
const Item = z.object({ name: z.string() });

/** An API server that gives a list in parts, as Kubernetes does where it is asked to. */
function serving(parts: string[][]) {
  const asked: ApiRequest['query'][] = [];
  const api: KubernetesApi = async ({ query }) => {
    asked.push(query);
    const at = Number(query?.continue ?? 0);
    const more = at + 1 < parts.length ? { continue: String(at + 1), remainingItemCount: 1 } : {};
    return { status: 200, body: { metadata: more, items: (parts[at] ?? []).map((name) => ({ name })) } };
  };
  return { api, asked };
}

test('a list that comes in parts is read to its end', async () => {
  const { api, asked } = serving([['a', 'b'], ['c'], ['d']]);
  const items = await listAll(api, list, Item);
  expect(items.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  const first = { labelSelector: 'app=web', limit: '250' };
  expect(asked).toEqual([first, { ...first, continue: '1' }, { ...first, continue: '2' }]);
});

test('one that is short is one call', async () => {
  const { api, asked } = serving([[]]);
  expect(await listAll(api, list, Item)).toEqual([]);
  expect(asked).toHaveLength(1);
});

test('a part that is refused is no shorter list', async () => {
  const { api } = serving([['a'], ['b']]);
  const cut: KubernetesApi = async (request) =>
    request.query?.continue === undefined
      ? api(request)
      : { status: 410, body: { kind: 'Status', message: 'expired' } };
  await expect(listAll(cut, list, Item)).rejects.toMatchObject({ retryable: true });
});
