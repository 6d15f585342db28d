import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { accessManifests } from '../../infra/access-manifests.ts';
import type { KubernetesApi } from '../../lib/cluster/kubernetes/api.ts';
import type { Herd } from '../../lib/codebase/codebase.ts';

const PATHS = { Role: 'roles', RoleBinding: 'rolebindings' };
const Manifest = z.looseObject({
  kind: z.enum(['Role', 'RoleBinding']),
  metadata: z.looseObject({ namespace: z.string() }),
});

/** Gives drover's group, in a cluster whose administrator one is, what `drover access` prints for a herd, and no more. */
export async function allowDrover(admin: KubernetesApi, herd: Herd): Promise<void> {
  for (const { manifests } of accessManifests(herd))
    for (const document of parseAllDocuments(manifests)) {
      const body = Manifest.parse(document.toJS());
      const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${body.metadata.namespace}/${PATHS[body.kind]}`;
      const { status, body: answer } = await admin({ method: 'POST', path, body });
      if (status !== 201) throw new Error(`${path} was answered with ${status}: ${JSON.stringify(answer)}`);
    }
}
