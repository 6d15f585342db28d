import * as z from 'zod';
import { read } from './answer.ts';
import type { KubernetesApi } from './api.ts';
import { listOf } from './object-parts.ts';

/** So many objects an answer: of pods, which are the largest, a few megabytes. */
const PART = 250;

/**
 * All objects of a list that have these labels, however many there are. In parts, since an answer that is too large is none, and a rollout
 * of a thousand pods would be looked at for ever. One call for most. Source: Kubernetes API concepts, "Retrieving large results sets in chunks".
 */
export async function listAll<T extends z.ZodType>(
  api: KubernetesApi,
  { path, labelSelector, what }: { path: string; labelSelector: string; what: string },
  item: T,
): Promise<z.infer<T>[]> {
  const Part = listOf(item).extend({ metadata: z.object({ continue: z.string().default('') }).prefault({}) });
  const all: z.infer<T>[] = [];
  let next = '';
  do {
    const query = { labelSelector, limit: String(PART), ...(next !== '' && { continue: next }) };
    const { items, metadata } = read(Part, await api({ method: 'GET', path, query }), what);
    all.push(...items);
    next = metadata.continue;
  } while (next !== '');
  return all;
}
