import { annotations } from './patch.ts';

/** What a workload needs to be made anew, where the environment allows it. */
export type NewWorkload = {
  name: string;
  namespace: string;
  container: string;
  image: string;
  number: number;
  release: string;
  approval?: string | undefined;
};

/** Where the program listens (it is told by PORT), and where it says that it is ready. */
const PORT = 8_080;
const READY_PATH = '/healthz';
/**
 * Seconds that a pod which is to end goes on serving. It is told to end at the same time as nodes are told to send it nothing more, and
 * neither waits for the other (Kubernetes, "Pod Lifecycle", termination of pods): ending at once would refuse what is still sent.
 */
const DRAIN_SECONDS = 5;

/**
 * A small Deployment that loses no request while it is updated: two replicas, a new pod is ready before an old one goes and an old one
 * serves until nothing is sent to it any more, a readiness probe on /healthz. Everything in it may be changed afterwards: drover writes
 * the image and nothing else. The pause is the kubelet's own, since an image may have no `sleep`: Kubernetes 1.30 and newer (KEP-3960).
 */
export function defaultDeployment({ name, namespace, container, image, number, release, approval }: NewWorkload) {
  const labels = { 'app.kubernetes.io/name': name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels, annotations: annotations({ number, release, approval, takenFrom: [] }) },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 30,
          containers: [
            {
              name: container,
              image,
              env: [{ name: 'PORT', value: String(PORT) }],
              ports: [{ name: 'http', containerPort: PORT }],
              readinessProbe: { httpGet: { path: READY_PATH, port: 'http' }, periodSeconds: 1, failureThreshold: 3 },
              lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } },
            },
          ],
        },
      },
    },
  };
}

/** The Service that gives its pods one address. */
export function defaultService({ name, namespace }: { name: string; namespace: string }) {
  const labels = { 'app.kubernetes.io/name': name };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  };
}
