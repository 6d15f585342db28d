// Longer than others: it holds the parts of the cluster together, and hands each what it needs of the others.
import http from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Listening, listen } from '../http/listen.ts';
import { readBody } from '../http/read-body.ts';
import type { Right } from './access.ts';
import { podsOf, reconcileDeployment, setsOf } from './controller.ts';
import { kubelet } from './kubelet.ts';
import type { ClusterEvent, Deployment, Service } from './objects.ts';
import { openLedger } from './process-ledger.ts';
import { imagePuller } from './pull-image.ts';
import { answer } from './routes.ts';
import { type Endpoint, startServiceProxy } from './service-proxy.ts';
import { openState } from './state.ts';

export type ClusterOptions = {
  /** Of the API server; 0 takes a free one. */
  port: number;
  folder: string;
  /** URL of the one registry whose images can be pulled; an image names its host. */
  registry: string;
  /** Who a bearer token is, or undefined: 401. Without it, everybody is `admin`. */
  verifyToken?: (token: string) => Promise<string | undefined>;
  /** Who may do what; everybody everything where it is left out. */
  may?: (right: Right) => boolean;
  admit?: (deployment: Deployment) => string | undefined;
  /** The port that a new Service is to have; it keeps it across restarts. A free one where it is left out, or the port is taken. */
  servicePort?: (name: string) => number | undefined;
  onEvent?: (event: ClusterEvent) => void;
  now?: () => number;
  /** See PodOptions. */
  backOffMs?: number;
  /** PATH for what runs in pods: where `node` and the like are found. */
  path?: string;
};

export type LocalCluster = {
  endpoint: string;
  /** Each Service and its address. */
  services: () => { namespace: string; name: string; url: string }[];
  close: () => Promise<void>;
};

const BODY_LIMIT = 3_000_000;
/** What runs in pods gets this long to end when the cluster closes. */
const CLOSING_GRACE_MS = 2_000;

/**
 * A Kubernetes of one machine: the part of its API that drover and kubectl's simple commands use, with images pulled by digest and run as
 * processes, readiness probes, rolling updates, and for each Service one address that loses no request while pods come and go.
 */
export async function startCluster(options: ClusterOptions): Promise<LocalCluster> {
  const now = options.now ?? Date.now;
  const state = openState(options.folder);
  let closed = false;
  const server = http.createServer((request, response) => void handle(request, response));
  // The port first: whoever starts a second cluster in the same folder fails here, before it could end the first one's processes.
  const api = await listen(server, options.port, 'the local cluster');
  const ledger = openLedger(join(options.folder, 'processes'));
  const proxies = new Map<string, { service: Service; listening: Listening }>();

  const record = (event: ClusterEvent) => {
    const last = state.events.at(-1);
    if (
      last &&
      last.reason === event.reason &&
      last.message === event.message &&
      last.object.name === event.object.name
    )
      Object.assign(last, { at: now(), count: last.count + 1 });
    else state.events.push({ ...event, at: now(), count: 1 });
    if (state.events.length > 500) state.events.shift();
    options.onEvent?.(event);
  };
  const node = kubelet(state, {
    pull: imagePuller(options.registry, join(options.folder, 'images')),
    ledger,
    host: { path: options.path ?? process.env.PATH ?? '', home: homedir() },
    now,
    changed: () => wake(0),
    record: (type, reason, message, pod) =>
      record({ type, reason, message, object: { kind: 'Pod', namespace: pod.namespace, name: pod.name } }),
    backOffMs: options.backOffMs ?? 10_000,
  });

  let timer: { at: number; handle: NodeJS.Timeout } | undefined;
  function wake(inMs: number): void {
    if (closed || (timer && timer.at <= Date.now() + inMs)) return;
    clearTimeout(timer?.handle);
    timer = { at: Date.now() + inMs, handle: setTimeout(step, inMs) };
  }
  function step(): void {
    timer = undefined;
    for (const deployment of state.deployments.values()) {
      // A step may call for the next one at once (a set scaled up lets another be scaled down): until nothing moves.
      const again = reconcileDeployment(state, deployment, now());
      if (again !== undefined) wake(again);
    }
    for (const set of state.replicaSets.values()) {
      node.scalePods(set);
      const pods = podsOf(state, set);
      set.status = {
        replicas: pods.length,
        readyReplicas: pods.filter(({ pod }) => pod.ready()).length,
        availableReplicas: pods.filter(({ pod }) => pod.ready()).length,
        observedGeneration: set.metadata.generation ?? 1,
      };
    }
    for (const deployment of state.deployments.values()) reconcileDeployment(state, deployment, now());
    state.save();
  }

  async function handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const reply = (status: number, body: unknown) => {
      const text = typeof body === 'string';
      response
        .writeHead(status, { 'content-type': text ? 'text/plain' : 'application/json' })
        .end(text ? body : JSON.stringify(body));
    };
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const user = options.verifyToken ? token && (await options.verifyToken(token).catch(() => undefined)) : 'admin';
    if (!user)
      return reply(401, {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Unauthorized',
        reason: 'Unauthorized',
        code: 401,
      });
    const bytes = await readBody(request, BODY_LIMIT);
    if (!bytes)
      return reply(413, {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        message: 'request body too large',
        reason: 'RequestEntityTooLarge',
        code: 413,
      });
    let body: unknown;
    try {
      body = bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : undefined;
    } catch {
      return reply(400, {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        message: 'the body is not JSON',
        reason: 'BadRequest',
        code: 400,
      });
    }
    const call = {
      method: request.method ?? 'GET',
      url: new URL(request.url ?? '/', api.url),
      contentType: request.headers['content-type'] ?? '',
      body,
      user,
    };
    const result = answer(
      {
        state,
        now,
        may: options.may ?? (() => true),
        admit: options.admit ?? (() => undefined),
        deletePod: (pod) => void node.end(pod),
        deleteDeployment,
      },
      call,
    );
    if (call.method !== 'GET' && result.status < 300) {
      await syncServices();
      state.save();
      wake(0);
    }
    reply(result.status, result.body);
  }

  function deleteDeployment(deployment: Deployment): void {
    for (const set of setsOf(state, deployment)) {
      for (const pod of podsOf(state, set)) void node.end(pod);
      state.replicaSets.delete(`${set.metadata.namespace}/${set.metadata.name}`);
    }
    state.deployments.delete(`${deployment.metadata.namespace}/${deployment.metadata.name}`);
  }

  const endpoints = ({ metadata, spec }: Service): Endpoint[] =>
    [...state.pods.values()]
      .filter(
        ({ namespace, owner, pod }) =>
          namespace === metadata.namespace &&
          pod.ready() &&
          Object.entries(spec.selector).every(([key, value]) => owner.spec.template.metadata.labels[key] === value),
      )
      .flatMap(({ pod, owner }) => {
        const [{ port, targetPort = port } = { port: 0 }] = spec.ports;
        const container = owner.spec.template.spec.containers.find(({ ports }) =>
          ports?.some((one) => one.name === targetPort || one.containerPort === targetPort),
        );
        const at = pod.containers.find(({ name }) => name === container?.name)?.port;
        return at === undefined ? [] : [{ pod, port: at }];
      });

  async function syncServices(): Promise<void> {
    for (const [key, { listening }] of proxies) {
      if (state.services.has(key)) continue;
      proxies.delete(key);
      await listening.close();
    }
    for (const [key, service] of state.services) {
      if (proxies.has(key)) continue;
      const [port] = service.spec.ports;
      const wanted = port?.nodePort ?? options.servicePort?.(service.metadata.name) ?? 0;
      const current = () => state.services.get(key) ?? service;
      const proxy = (at: number) => startServiceProxy(service.metadata.name, at, () => endpoints(current()));
      const listening = await proxy(wanted).catch((error: unknown) => {
        record({
          type: 'Warning',
          reason: 'PortTaken',
          message: `${error instanceof Error ? error.message : 'the port is taken'}: another port is used`,
          object: { kind: 'Service', namespace: service.metadata.namespace, name: service.metadata.name },
        });
        return proxy(0);
      });
      // The address is kept with the Service, where Kubernetes keeps a node's port.
      if (port) port.nodePort = listening.port;
      proxies.set(key, { service, listening });
    }
  }

  await syncServices();
  state.save();
  wake(0);
  return {
    endpoint: api.url,
    services: () =>
      [...proxies.values()].map(({ service, listening }) => ({
        namespace: service.metadata.namespace,
        name: service.metadata.name,
        url: listening.url,
      })),
    close: async () => {
      closed = true;
      clearTimeout(timer?.handle);
      await Promise.all([api.close(), ...[...proxies.values()].map(({ listening }) => listening.close())]);
      await Promise.all([...state.pods.values()].map((pod) => node.end(pod, CLOSING_GRACE_MS)));
      ledger.close();
      state.save();
    },
  };
}
