import type { Place } from '../../target/record.ts';
import { RESOURCES } from './namespace.ts';

/** One right in a namespace, as RBAC names it; `name`: for that object alone. */
export type Right = { group: string; resource: string; subresource?: string; verb: string; name?: string };

/** What drover does in a place, and therefore needs: no more than the Roles that it prints. */
export function rightsFor({ workloads, create }: Pick<Place, 'workloads' | 'create'>): Right[] {
  const named = workloads.flatMap(({ kind, name }) =>
    ['get', 'patch'].map((verb): Right => ({ group: 'apps', resource: RESOURCES[kind], verb, name })),
  );
  const isRead = (group: string, resource: string): Right[] =>
    ['get', 'list'].map((verb) => ({ group, resource, verb }));
  return [
    ...named,
    ...(workloads.some(({ kind }) => kind === 'Deployment') ? isRead('apps', 'replicasets') : []),
    ...isRead('', 'pods'),
    ...isRead('', 'events'),
    { group: '', resource: 'pods', subresource: 'log', verb: 'get' },
    ...(create
      ? [
          { group: 'apps', resource: 'deployments', verb: 'create' },
          { group: '', resource: 'services', verb: 'create' },
        ]
      : []),
  ];
}
