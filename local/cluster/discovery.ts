const verbs = ['get', 'list', 'create', 'patch', 'update', 'delete'];
const resource = (name: string, kind: string, shortNames: string[], can = verbs) => ({
  name,
  singularName: kind.toLowerCase(),
  namespaced: true,
  kind,
  verbs: can,
  shortNames,
});
const group = (name: string) => ({
  name,
  versions: [{ groupVersion: `${name}/v1`, version: 'v1' }],
  preferredVersion: { groupVersion: `${name}/v1`, version: 'v1' },
});

/** What the API has, as clients such as kubectl ask for it before anything else. */
export const DISCOVERY: Record<string, unknown> = {
  '/version': { major: '1', minor: '35', gitVersion: 'v1.35.0-drover-local', platform: 'local' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [group('apps'), group('authorization.k8s.io')] },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [
      resource('pods', 'Pod', ['po'], ['get', 'list', 'delete']),
      resource('services', 'Service', ['svc']),
      resource('events', 'Event', ['ev'], ['list']),
    ],
  },
  '/apis/apps/v1': {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: 'apps/v1',
    resources: [
      resource('deployments', 'Deployment', ['deploy']),
      resource('replicasets', 'ReplicaSet', ['rs'], ['get', 'list']),
    ],
  },
  '/apis/authorization.k8s.io/v1': {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: 'authorization.k8s.io/v1',
    resources: [
      {
        name: 'selfsubjectaccessreviews',
        singularName: '',
        namespaced: false,
        kind: 'SelfSubjectAccessReview',
        verbs: ['create'],
      },
    ],
  },
};
