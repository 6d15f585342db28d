// Longer than others: one table of what is served, with the few lines that each entry needs.
import { forbidden, type Right, reviewAccess } from './access.ts';
import { stamp } from './controller.ts';
import { DISCOVERY } from './discovery.ts';
import { labelSelector } from './label-selector.ts';
import { Deployment, Service } from './objects.ts';
import { podObject } from './pod-object.ts';
import type { RunningPod, State } from './state.ts';
import { type Answer, notFound, Refusal } from './status-answer.ts';
import { change, create, type Kind, type Write } from './write-object.ts';

export type RoutesOptions = {
  state: State;
  now: () => number;
  may: (right: Right) => boolean;
  /** Admission: why a Deployment is refused, in a webhook's words, or undefined. */
  admit: (deployment: Deployment) => string | undefined;
  deletePod: (pod: RunningPod) => void;
  deleteDeployment: (deployment: Deployment) => void;
};

export type ApiCall = { method: string; url: URL; contentType: string; body: unknown; user: string };

const PATH =
  /^\/(?:api\/v1|apis\/(?<group>apps)\/v1)(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<resource>deployments|replicasets|pods|services|events)(?:\/(?<name>[^/]+)(?:\/(?<sub>log))?)?$/;
/** Bytes of all annotations of an object. */
const ANNOTATIONS_LIMIT = 256 * 1_024;
const VERBS: Record<string, string> = { POST: 'create', PATCH: 'patch', PUT: 'update', DELETE: 'delete' };
/** Answers the part of Kubernetes' API that is kept here; everything else is 404, and a watch 405. */
export function answer(options: RoutesOptions, call: ApiCall): Answer {
  try {
    return route(options, call);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function route(options: RoutesOptions, call: ApiCall): Answer {
  const { state } = options;
  const { method, url, user } = call;
  const path = url.pathname.replace(/\/$/, '') || '/';
  if (['/readyz', '/livez', '/healthz'].includes(path)) return ok('ok');
  if (DISCOVERY[path] !== undefined) return ok(DISCOVERY[path]);
  if (path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews' && method === 'POST')
    return reviewAccess(options.may, call.user, call.body);

  const { group = '', namespace = '', resource = '', name = '', sub = '' } = PATH.exec(path)?.groups ?? {};
  if (resource === '' || (group === 'apps') !== (resource === 'deployments' || resource === 'replicasets'))
    throw new Refusal(404, 'NotFound', 'the server could not find the requested resource');
  const verb = VERBS[method] ?? (name === '' ? 'list' : 'get');
  if (!options.may({ user, verb, group, resource: sub ? `${resource}/${sub}` : resource, namespace, name }))
    throw forbidden({ user, verb, group, resource: sub ? `${resource}/${sub}` : resource, namespace, name });
  if (url.searchParams.get('watch') === 'true' || url.searchParams.get('watch') === '1')
    throw new Refusal(405, 'MethodNotAllowed', 'watches are not kept by this cluster');

  const deployments: Kind<Deployment> = {
    resource: 'deployments.apps',
    kind: 'Deployment.apps',
    schema: Deployment,
    objects: state.deployments,
    check: (object, before) => checkDeployment(options, object, before),
  };
  const services: Kind<Service> = {
    resource: 'services',
    kind: 'Service',
    schema: Service,
    objects: state.services,
    check: () => [],
  };
  if (resource === 'deployments')
    return writable(options, call, deployments, { namespace, name }, (object) => options.deleteDeployment(object));
  if (resource === 'services')
    return writable(
      options,
      call,
      services,
      { namespace, name },
      (object) => void state.services.delete(`${object.metadata.namespace}/${object.metadata.name}`),
    );
  if (resource === 'replicasets' && method === 'GET')
    return shown(call, 'ReplicaSetList', 'apps/v1', 'replicasets.apps', [...state.replicaSets.values()], {
      namespace,
      name,
    });
  if (resource === 'events' && method === 'GET')
    return events(state, namespace, url.searchParams.get('fieldSelector') ?? '');
  if (resource === 'pods') return pods(options, call, { namespace, name, sub });
  throw new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
}

function writable<T extends Deployment | Service>(
  options: RoutesOptions,
  call: ApiCall,
  kind: Kind<T>,
  { namespace, name }: { namespace: string; name: string },
  remove: (object: T) => void,
): Answer {
  const { method, url, contentType, body } = call;
  const write: Write = {
    namespace,
    name,
    manager:
      url.searchParams.get('fieldManager') ?? (contentType.startsWith('application/apply-patch') ? '' : 'unknown'),
    force: url.searchParams.get('force') === 'true',
    contentType: method === 'PUT' ? 'application/json' : contentType,
    body,
    now: options.now(),
    nextVersion: options.state.nextVersion,
  };
  if (method === 'GET')
    return shown(
      call,
      `${kind.kind.split('.')[0]}List`,
      kind.resource.includes('.') ? 'apps/v1' : 'v1',
      kind.resource,
      [...kind.objects.values()],
      { namespace, name },
    );
  if (method === 'POST' && name === '') return { status: 201, body: create(kind, write) };
  if ((method === 'PATCH' || method === 'PUT') && name !== '') return ok(change(kind, write));
  const object = kind.objects.get(`${namespace}/${name}`);
  if (method !== 'DELETE' || name === '')
    throw new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
  if (!object) throw notFound(kind.resource, name);
  remove(object);
  return ok({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, kind: kind.resource, uid: object.metadata.uid },
  });
}

type Shown = { metadata: { name: string; namespace: string; labels?: Record<string, string> | undefined } };

function shown(
  { url }: ApiCall,
  kind: string,
  apiVersion: string,
  resource: string,
  objects: Shown[],
  at: { namespace: string; name: string },
): Answer {
  const there = objects.filter(({ metadata }) => at.namespace === '' || metadata.namespace === at.namespace);
  if (at.name !== '') {
    const object = there.find(({ metadata }) => metadata.name === at.name);
    if (!object) throw notFound(resource, at.name);
    return ok(object);
  }
  const wanted = labelSelector(url.searchParams.get('labelSelector') ?? '');
  return ok({
    kind,
    apiVersion,
    metadata: { resourceVersion: '' },
    items: there.filter(({ metadata }) => wanted(metadata.labels ?? {})),
  });
}

function pods(
  { state, deletePod }: RoutesOptions,
  call: ApiCall,
  at: { namespace: string; name: string; sub: string },
): Answer {
  const objects = [...state.pods.values()].map((pod) => podObject(pod, pod.uid));
  const pod = state.pods.get(`${at.namespace}/${at.name}`);
  if (at.name !== '' && !pod) throw notFound('pods', at.name);
  if (call.method === 'GET' && at.sub === '') return shown(call, 'PodList', 'v1', 'pods', objects, at);
  if (call.method === 'DELETE' && pod) {
    deletePod(pod);
    return ok(podObject(pod, pod.uid));
  }
  if (call.method !== 'GET' || !pod)
    throw new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
  const wanted = call.url.searchParams.get('container') ?? pod.pod.containers[0]?.name;
  const container = pod.pod.containers.find(({ name }) => name === wanted);
  if (!container) throw new Refusal(400, 'BadRequest', `container ${wanted} is not valid for pod ${at.name}`);
  const previous = call.url.searchParams.get('previous') === 'true';
  if (previous && !container.last)
    throw new Refusal(400, 'BadRequest', `previous terminated container "${wanted}" in pod "${at.name}" not found`);
  const lines = (previous ? (container.last?.log ?? '') : container.log()).split(/(?<=\n)/);
  const tail = Number(call.url.searchParams.get('tailLines') ?? lines.length);
  return ok(
    lines
      .slice(Math.max(0, lines.length - tail))
      .join('')
      .slice(0, Number(call.url.searchParams.get('limitBytes') ?? 1_000_000)),
  );
}

function events({ events: all }: State, namespace: string, fieldSelector: string): Answer {
  const wanted = new Map(fieldSelector.split(',').map((one) => [one.split('=')[0] ?? '', one.split('=')[1] ?? '']));
  const isWanted = (field: string, is: string) => (wanted.get(field) ?? is) === is;
  const items = all
    .filter(({ object }) => namespace === '' || object.namespace === namespace)
    .filter(
      ({ object, reason }) =>
        isWanted('involvedObject.kind', object.kind) &&
        isWanted('involvedObject.name', object.name) &&
        isWanted('reason', reason),
    )
    .map(({ type, reason, message, object, at, count }, index) => ({
      metadata: { name: `${object.name}.${index}`, namespace: object.namespace, creationTimestamp: stamp(at) },
      type,
      reason,
      message,
      count,
      involvedObject: object,
      lastTimestamp: stamp(at),
      source: { component: 'drover-local' },
    }));
  return ok({ kind: 'EventList', apiVersion: 'v1', metadata: {}, items });
}

function checkDeployment({ admit }: RoutesOptions, deployment: Deployment, before: Deployment | undefined): string[] {
  const { selector: wanted, template } = deployment.spec;
  const causes: string[] = [];
  if (Object.entries(wanted.matchLabels).some(([key, value]) => template.metadata.labels[key] !== value))
    causes.push('spec.template.metadata.labels: Invalid value: `selector` does not match template `labels`');
  if (before && JSON.stringify(before.spec.selector) !== JSON.stringify(wanted))
    causes.push('spec.selector: Invalid value: field is immutable');
  // Source: apimachinery, validation/objectmeta.go, TotalAnnotationSizeLimitB.
  const words = Object.entries(deployment.metadata.annotations ?? {}).map(([key, value]) => key.length + value.length);
  if (words.reduce((sum, length) => sum + length, 0) > ANNOTATIONS_LIMIT)
    causes.push(`metadata.annotations: Too long: may not be more than ${ANNOTATIONS_LIMIT} bytes`);
  const denied = admit(deployment);
  if (denied !== undefined)
    throw new Refusal(403, 'Forbidden', `admission webhook "drover.local" denied the request: ${denied}`);
  return causes;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
