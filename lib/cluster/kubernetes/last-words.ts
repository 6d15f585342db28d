import { logExcerpt } from '../../lambda/log-excerpt.ts';
import type { Place } from '../../target/record.ts';
import type { KubernetesApi } from './api.ts';
import type { EarlyFailure } from './container-failure.ts';

/** The reason with the last thing that the container said, and the end of its log. That no log can be had is no outage. */
export async function withLastWords(
  api: KubernetesApi,
  { namespace }: Place,
  { reason, logs }: EarlyFailure,
): Promise<{ reason: string; log?: string[] }> {
  if (!logs) return { reason };
  const query = {
    container: logs.container,
    tailLines: '20',
    limitBytes: '16000',
    ...(logs.previous && { previous: 'true' }),
  };
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(logs.pod)}/log`;
  // Also 5xx: the API server passes on that the node cannot be reached, and the failure is known without.
  const answer = await api({ method: 'GET', path, query }).catch(() => undefined);
  const log = answer?.status === 200 && typeof answer.body === 'string' ? logExcerpt(answer.body) : [];
  const last = log.at(-1);
  return last === undefined ? { reason } : { reason: `${reason}; it last said: ${last}`, log };
}
