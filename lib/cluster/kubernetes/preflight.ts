import * as z from 'zod';
import type { Place } from '../../target/record.ts';
import { read } from './answer.ts';
import type { KubernetesApi } from './api.ts';
import { byWorkload, find } from './namespace.ts';
import { type Right, rightsFor } from './rights.ts';
import { cannotRollOut } from './rollout-status.ts';
import type { WorkloadObject } from './workload-object.ts';

const Review = z.object({ status: z.object({ allowed: z.boolean() }) });

/**
 * What is missing in a cluster before a release can be rolled out there, one plain line each; none where nothing is. It changes
 * nothing. One call for each right and each workload, one more for each pull secret and each workload that is to be made. Throws
 * ClusterError where the cluster cannot be reached or does not take the token.
 */
export async function preflight(api: KubernetesApi, place: Place): Promise<string[]> {
  const missing: string[] = [];
  for (const right of rightsFor(place))
    if (!(await isAllowed(api, place.namespace, right)))
      missing.push(`drover may not ${inWords(right, place.namespace)}`);
  for (const workload of byWorkload(place)) {
    const found = await find(api, place, workload);
    if (found.kind === 'found') {
      const hopeless = cannotRollOut(found.object, workload.kind);
      if (hopeless !== undefined) missing.push(hopeless);
      missing.push(...(await pullSecrets(api, place.namespace, found.object)));
    } else if (found.kind === 'no-container') missing.push(found.reason);
    // What may not be read is told by its right; what drover makes itself is not missing, but where it is to be made may be.
    else if (found.kind === 'absent' && place.create && workload.kind === 'Deployment')
      missing.push(...(await namespaceOf(api, place.namespace)));
    else if (found.kind === 'absent') missing.push(found.reason);
  }
  return missing;
}

const NoNamespace = z.object({ reason: z.literal('NotFound'), details: z.object({ kind: z.literal('namespaces') }) });

/** Only where the cluster says that it is not there: often drover may not ask. */
async function namespaceOf(api: KubernetesApi, namespace: string): Promise<string[]> {
  const { status, body } = await api({ method: 'GET', path: `/api/v1/namespaces/${encodeURIComponent(namespace)}` });
  const isMissing = status === 404 && NoNamespace.safeParse(body).success;
  return isMissing ? [`there is no namespace ${namespace}: kubectl create namespace ${namespace}`] : [];
}

async function isAllowed(api: KubernetesApi, namespace: string, right: Right): Promise<boolean> {
  const answer = await api({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    contentType: 'application/json',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { namespace, ...right } },
    },
  });
  return read(Review, answer, 'asking what drover may do').status.allowed;
}

function inWords({ group, resource, subresource, verb, name }: Right, namespace: string): string {
  const what = `${resource}${subresource === undefined ? '' : `/${subresource}`}${group === '' ? '' : `.${group}`}`;
  return `${verb} ${what}${name === undefined ? '' : ` ${name}`} in namespace ${namespace}`;
}

/** Only a secret that is named and not there is missing: whether one may be read is not drover's to ask for. */
async function pullSecrets(
  api: KubernetesApi,
  namespace: string,
  { metadata, spec }: WorkloadObject,
): Promise<string[]> {
  const missing: string[] = [];
  for (const { name } of spec.template.spec.imagePullSecrets) {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`;
    const { status } = await api({ method: 'GET', path });
    if (status === 404)
      missing.push(`${metadata.name} names the pull secret ${name}, which is not in namespace ${namespace}`);
  }
  return missing;
}
