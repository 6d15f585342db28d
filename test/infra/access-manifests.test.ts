import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { accessManifests } from '../../infra/access-manifests.ts';
import { resolveHerd } from '../../lib/codebase/resolve-herd.ts';

const herd = resolveHerd({
  defaults: {
    organisation: 'flock',
    environments: [
      { name: 'staging', cluster: 'pre', create: true },
      { name: 'production', cluster: 'prod', namespace: 'shops' },
    ],
  },
  codebases: [
    { name: 'shop', language: 'node' },
    {
      name: 'web',
      language: 'node',
      environments: [
        'staging',
        { name: 'production', namespace: 'webs', workloads: [{ name: 'web' }, { name: 'worker' }] },
      ],
    },
  ],
});
const access = accessManifests(herd, 'arn:aws:iam::111122223333:role/worker');
const documents = (cluster: string) =>
  parseAllDocuments(access.find((one) => one.cluster === cluster)?.manifests ?? '').map((document) => document.toJS());

describe('access to workloads of other kinds', () => {
  it('names each kind, and asks for ReplicaSets only where there are Deployments', () => {
    const workloads = [
      { kind: 'StatefulSet' as const, name: 'db' },
      { kind: 'DaemonSet' as const, name: 'agent' },
    ];
    const environments = [{ name: 'production', cluster: 'own', workloads }];
    const others = resolveHerd({ codebases: [{ name: 'db', repository: 'flock/db', language: 'node', environments }] });
    const [role] = parseAllDocuments(accessManifests(others)[0]?.manifests ?? '').map((document) => document.toJS());
    expect(role.rules).toEqual([
      { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['get', 'patch'], resourceNames: ['db'] },
      { apiGroups: ['apps'], resources: ['daemonsets'], verbs: ['get', 'patch'], resourceNames: ['agent'] },
      { apiGroups: [''], resources: ['pods', 'events'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
    ]);
  });
});

describe('access to the clusters of the herd', () => {
  it('is an entry for each cluster with a group and no policy', () => {
    expect(access.map(({ command }) => command)).toEqual(
      ['pre', 'prod'].map(
        (name) =>
          `aws eks create-access-entry --cluster-name ${name} --type STANDARD --kubernetes-groups drover --principal-arn "arn:aws:iam::111122223333:role/worker"`,
      ),
    );
  });

  it('is get and patch on the named workloads, and reading what shows how a rollout goes', () => {
    const [shops, binding, webs] = documents('prod');
    expect(shops).toMatchObject({ kind: 'Role', metadata: { namespace: 'shops' } });
    expect(shops.rules).toEqual([
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'], resourceNames: ['shop'] },
      { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['pods', 'events'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
    ]);
    expect(webs.rules[0].resourceNames).toEqual(['web', 'worker']);
    expect(binding).toMatchObject({
      kind: 'RoleBinding',
      roleRef: { kind: 'Role', name: 'drover' },
      subjects: [{ kind: 'Group', name: 'drover' }],
    });
  });

  it('lets deployments be made only where the herd says create', () => {
    const creating = (cluster: string) =>
      documents(cluster).filter(({ rules = [] }) => JSON.stringify(rules).includes('create'));
    expect(creating('pre')).toHaveLength(1);
    expect(creating('prod')).toHaveLength(0);
  });
});
