import { stringify } from 'yaml';
import { RESOURCES } from '../lib/cluster/kubernetes/namespace.ts';
import type { Herd } from '../lib/codebase/codebase.ts';
import { type Workload, WorkloadKind } from '../lib/target/record.ts';

/** What one EKS cluster must be told so that drover's worker may do its part there and no more. */
export type ClusterAccess = {
  cluster: string;
  /** Role and RoleBinding of each namespace, as YAML for `kubectl apply -f -`. */
  manifests: string;
  /** The command that lets the worker's role in, as a member of the group `drover` and nothing else. */
  command: string;
};

/** The Kubernetes group of drover's worker. */
export const accessGroup = 'drover';

/** Access for every cluster of the herd. `workerRole` is the stack's output WorkerRoleArn. */
export function accessManifests(herd: Herd, workerRole = '$WORKER_ROLE_ARN'): ClusterAccess[] {
  return [...namespacesOf(herd)].map(([cluster, namespaces]) => ({
    cluster,
    manifests: [...namespaces]
      .flatMap(([name, use]) => [roleOf(name, use), bindingOf(name)])
      .map((one) => stringify(one))
      .join('---\n'),
    // STANDARD with a group and no access policy: what the Roles say is all there is (EKS user guide, "Access entries").
    command: `aws eks create-access-entry --cluster-name ${cluster} --type STANDARD --kubernetes-groups ${accessGroup} --principal-arn "${workerRole}"`,
  }));
}

type Use = { workloads: Map<Workload['kind'], Set<string>>; create: boolean };

function namespacesOf(herd: Herd): Map<string, Map<string, Use>> {
  const clusters = new Map<string, Map<string, Use>>();
  for (const { cluster, namespace, workloads, create } of herd.codebases.flatMap(({ environments }) => environments)) {
    const namespaces = clusters.get(cluster) ?? new Map<string, Use>();
    const use = namespaces.get(namespace) ?? { workloads: new Map(), create: false };
    for (const { kind, name } of workloads)
      use.workloads.set(kind, (use.workloads.get(kind) ?? new Set<string>()).add(name));
    namespaces.set(namespace, { workloads: use.workloads, create: use.create || create });
    clusters.set(cluster, namespaces);
  }
  return clusters;
}

/** Names of pods and ReplicaSets are made up by Kubernetes, so those rules hold for the namespace; workloads are named. */
function roleOf(namespace: string, { workloads, create }: Use) {
  const rule = (apiGroups: string[], resources: string[], verbs: string[]) => ({ apiGroups, resources, verbs });
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'drover', namespace },
    rules: [
      ...WorkloadKind.options.flatMap((kind) => {
        const names = [...(workloads.get(kind) ?? [])].toSorted();
        return names.length === 0
          ? []
          : [{ ...rule(['apps'], [RESOURCES[kind]], ['get', 'patch']), resourceNames: names }];
      }),
      ...(workloads.has('Deployment') ? [rule(['apps'], ['replicasets'], ['get', 'list'])] : []),
      rule([''], ['pods', 'events'], ['get', 'list']),
      rule([''], ['pods/log'], ['get']),
      // Only where the herd says `create: true`: a Deployment and its Service. Kubernetes cannot narrow a create to names.
      ...(create ? [rule(['apps'], ['deployments'], ['create']), rule([''], ['services'], ['create'])] : []),
    ],
  };
}

function bindingOf(namespace: string) {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'drover', namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'drover' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: accessGroup }],
  };
}
