// What fails, as each cluster plays it: the second half of the contract suite of clusters. Each case is a row of docs/failures.md.
import { test } from 'vitest';
import type { ApplyOrder, Watched } from '../../lib/cluster/cluster.ts';
import type { Place } from '../../lib/target/record.ts';
import { type Foreign, foreignDeployment, foreignOfKind, makeDeployment } from '../cluster/foreign-hand.ts';
import { until } from '../cluster/until.ts';
import type { ClusterUnderTest } from './cluster.ts';

export type Hands = {
  cluster: () => ClusterUnderTest;
  place: (...workloads: string[]) => Place;
  order: (image: string, number: number, expected: ApplyOrder['expected']) => ApplyOrder;
  foreign: (workload: string, image: string, more?: Foreign) => Promise<unknown>;
};

/** `whole`: a cluster with admission, volumes and processors of its own. */
export function clusterFailures({ cluster, place, order, foreign }: Hands, whole: boolean): void {
  const wholeTest = whole ? test.concurrent : test.skip;
  const watchedIn = (namespace: string, workload: string, image: string, which: 'cluster' | 'later') =>
    until(60, async () => {
      const one = await cluster()[which].watch({ ...place(workload), namespace }, image);
      return one.status === 'progressing' ? undefined : one;
    });
  const watched = (workload: string, image: string, which: 'cluster' | 'later' = 'cluster') =>
    watchedIn(cluster().namespace, workload, image, which);
  /** A Deployment that is made so, and then rolled to another image. */
  const rolled = async (workload: string, more: Foreign, which: 'cluster' | 'later' = 'cluster'): Promise<Watched> => {
    const { one, two } = cluster().images;
    await foreign(workload, one, { replicas: 1, ...more });
    await cluster().cluster.apply(place(workload), order(two, 1, [one]));
    return watched(workload, two, which);
  };
  const make = (path: string, body: object) => cluster().admin({ method: 'POST', path, body });
  /** A namespace of its own, since what is made in it concerns all that is there. */
  const namespaced = async (name: string) => {
    const metadata = { name, labels: { policy: name } };
    await make('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
  };

  test.concurrent('sees early that an image is for another processor', async ({ expect }) => {
    const { one, otherPlatform } = cluster().images;
    await foreign('other-platform', one, { replicas: 1 });
    await cluster().cluster.apply(place('other-platform'), order(otherPlatform, 1, [one]));
    expect(await watched('other-platform', otherPlatform)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/image of web cannot be pulled.*no match for platform/),
    });
  });

  test.concurrent('gives a registry that is out of reach a minute', async ({ expect }) => {
    const { one } = cluster().images;
    const elsewhere = one.replace(/^[^/]*/, '127.0.0.1:1');
    await foreign('elsewhere', one, { replicas: 1 });
    await cluster().cluster.apply(place('elsewhere'), order(elsewhere, 1, [one]));
    expect(await watched('elsewhere', elsewhere, 'later')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/image of web cannot be pulled.*127\.0\.0\.1:1/),
    });
    expect(await cluster().cluster.watch(place('elsewhere'), elsewhere)).toMatchObject({ status: 'progressing' });
  });

  test.concurrent('says what pods that are slow to be ready say', async ({ expect }) => {
    const { one, neverReady } = cluster().images;
    await foreign('slow', one, { replicas: 1 });
    await cluster().cluster.apply(place('slow'), order(neverReady, 1, [one]));
    const slow = await until(30, async () => {
      const seen = await cluster().later.watch(place('slow'), neverReady);
      return seen.reason.includes('statuscode') ? seen : undefined;
    });
    expect(slow).toMatchObject({
      status: 'progressing',
      reason: expect.stringMatching(/^waiting for .*: Readiness probe failed: .*statuscode: 500/),
    });
  });

  test.concurrent('follows a workload that is scaled while it rolls out', async ({ expect }) => {
    const { one, two } = cluster().images;
    await foreign('scaled', one, { replicas: 1 });
    await cluster().cluster.apply(place('scaled'), order(two, 1, [one]));
    // As an autoscaler does, where the cluster has its way of it.
    const path = `/apis/apps/v1/namespaces/${cluster().namespace}/deployments/scaled`;
    const answer = await cluster().admin({
      method: 'PATCH',
      path: whole ? `${path}/scale` : path,
      contentType: 'application/merge-patch+json',
      body: { spec: { replicas: 3 } },
    });
    expect(answer.status).toBe(200);
    const complete = await watched('scaled', two);
    expect(complete).toMatchObject({ status: 'complete', pods: { count: 3 } });
    expect(await cluster().cluster.check(place('scaled'), two)).toEqual({ kind: 'as-approved' });
  });

  test.concurrent('tells a namespace that is not there', async ({ expect }) => {
    const nowhere = { ...place('web'), namespace: 'nowhere' };
    expect(await cluster().cluster.apply(nowhere, order(cluster().images.two, 1, 'any'))).toMatchObject({
      kind: 'refused',
      image: null,
      reason: 'there is no Deployment web in namespace nowhere, nor any other: is it the right namespace?',
    });
  });

  test.concurrent('has the words of the cluster where annotations are too long', async ({ expect }) => {
    const { one, two } = cluster().images;
    await foreign('wordy', one, { replicas: 0, annotations: { words: 'x'.repeat(262_144 - 'words'.length - 60) } });
    expect(await cluster().cluster.apply(place('wordy'), order(two, 1, [one]))).toMatchObject({
      kind: 'refused',
      image: one,
      reason: expect.stringMatching(/^setting the image of .* is refused \(422\): .*metadata\.annotations: Too long/),
    });
  });

  wholeTest('sees early that a program is for another processor', async ({ expect }) => {
    const { one, otherProcessor = '' } = cluster().images;
    await foreign('other-processor', one, { replicas: 1 });
    await cluster().cluster.apply(place('other-processor'), order(otherProcessor, 1, [one]));
    expect(await watched('other-processor', otherProcessor)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/container web keeps crashing.*exec format error/),
    });
  });

  test.concurrent('sees early that a command is not there', async ({ expect }) => {
    expect(await rolled('no-command', { container: { command: ['/nope'] } })).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^container web .*\/nope.*(no such file|ENOENT)/),
    });
  });

  wholeTest('sees an init container crash', async ({ expect }) => {
    const initContainers = [{ name: 'migrate', image: cluster().images.crashing }];
    expect(await rolled('init', { pod: { initContainers } })).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(
        /^container migrate keeps crashing \(exit code 3\), 1 restart; it last said: boom$/,
      ),
      log: ['boom'],
    });
  });

  wholeTest('says which probe ended a container', async ({ expect }) => {
    const livenessProbe = { httpGet: { path: '/', port: 81 }, periodSeconds: 1, failureThreshold: 1 };
    await rolled('not-live', { container: { livenessProbe } });
    const { two } = cluster().images;
    const failed = await until(60, async () => {
      const one = await cluster().cluster.watch(place('not-live'), two);
      return one.status === 'failed' ? one : undefined;
    });
    expect(failed.reason).toMatch(
      /^container web keeps ending \(exit code 0\), \d restarts?; Liveness probe failed: .*refused/,
    );
  });

  test.concurrent('sees early that a Secret is missing', async ({ expect }) => {
    const env = [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }];
    expect(await rolled('no-secret', { container: { env } })).toMatchObject({
      status: 'failed',
      reason: 'container web cannot be made: secret "db" not found',
    });
  });

  wholeTest('sees that a Secret that is mounted is missing', async ({ expect }) => {
    const volumes = [{ name: 'tls', secret: { secretName: 'tls' } }];
    const volumeMounts = [{ name: 'tls', mountPath: '/tls' }];
    expect(await rolled('no-mount', { container: { volumeMounts }, pod: { volumes } }, 'later')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^a volume of the new pod cannot be had: .*secret "tls" not found$/),
    });
  });

  wholeTest('sees that no node takes a pod', async ({ expect }) => {
    const nodeSelector = { disk: 'none' };
    expect(await rolled('homeless', { pod: { nodeSelector } }, 'later')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^no node takes the new pod: 0\/1 nodes are available/),
    });
    expect(await cluster().cluster.watch(place('homeless'), cluster().images.two)).toMatchObject({
      status: 'progressing',
    });
  });

  wholeTest('sees that a quota refuses the new pods', async ({ expect }) => {
    const { one, two } = cluster().images;
    const namespace = 'quota';
    await namespaced(namespace);
    await makeDeployment(cluster().admin, namespace, foreignDeployment('web', one, { replicas: 1 }));
    expect(await watchedIn(namespace, 'web', one, 'cluster')).toMatchObject({ status: 'complete' });
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'small' },
      spec: { hard: { pods: '1' } },
    };
    await make('/api/v1/namespaces/quota/resourcequotas', quota);
    const there = { ...place('web'), namespace };
    expect(await cluster().cluster.apply(there, order(two, 1, [one]))).toMatchObject({ kind: 'applied' });
    expect(await watchedIn(namespace, 'web', two, 'later')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^new pods are refused: .*exceeded quota: small/),
    });
    // The way back is not failed by what it rolls back.
    expect(await cluster().cluster.apply(there, order(one, 2, [two]))).toMatchObject({ kind: 'applied' });
    expect(await watchedIn(namespace, 'web', one, 'later')).toMatchObject({ status: 'complete' });
  });

  wholeTest('sees that a quota refuses the new ReplicaSet', async ({ expect }) => {
    const { one, two } = cluster().images;
    const namespace = 'few';
    await namespaced(namespace);
    const hard = { 'count/replicasets.apps': '1' };
    const metadata = { name: 'small' };
    await make('/api/v1/namespaces/few/resourcequotas', {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata,
      spec: { hard },
    });
    await makeDeployment(cluster().admin, namespace, foreignDeployment('web', one, { replicas: 1 }));
    expect(await watchedIn(namespace, 'web', one, 'cluster')).toMatchObject({ status: 'complete' });
    const there = { ...place('web'), namespace };
    expect(await cluster().cluster.apply(there, order(two, 1, [one]))).toMatchObject({ kind: 'applied' });
    expect(await watchedIn(namespace, 'web', two, 'cluster')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^no new ReplicaSet can be made: .*exceeded quota: small/),
    });
    expect(await cluster().cluster.apply(there, order(one, 2, [two]))).toMatchObject({ kind: 'applied' });
    expect(await watchedIn(namespace, 'web', one, 'cluster')).toMatchObject({ status: 'complete' });
  });

  wholeTest('sees that a limit refuses the new pods', async ({ expect }) => {
    const { one, two } = cluster().images;
    const namespace = 'limits';
    await namespaced(namespace);
    const limits = [{ type: 'Container', max: { memory: '64Mi' } }];
    const range = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'small' }, spec: { limits } };
    await make('/api/v1/namespaces/limits/limitranges', range);
    const resources = { limits: { memory: '128Mi' } };
    await makeDeployment(
      cluster().admin,
      namespace,
      foreignDeployment('web', one, { replicas: 1, container: { resources } }),
    );
    const there = { ...place('web'), namespace };
    expect(await cluster().cluster.apply(there, order(two, 1, [one]))).toMatchObject({ kind: 'applied' });
    expect(await watchedIn(namespace, 'web', two, 'cluster')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^new pods are refused: .*maximum memory usage per Container is 64Mi/),
    });
    // The other kinds have no condition for it: their events tell.
    for (const kind of ['StatefulSet', 'DaemonSet'] as const) {
      const { template, ...spec } = foreignOfKind(kind, 'refused', one).spec;
      const [container] = template.spec.containers;
      const pods = { ...template.spec, containers: [{ ...container, resources }] };
      await make(`/apis/apps/v1/namespaces/limits/${kind.toLowerCase()}s`, {
        ...foreignOfKind(kind, 'refused', one),
        spec: { ...spec, template: { ...template, spec: pods } },
      });
      const workloads = [{ kind, name: 'refused', container: 'web' }];
      const failed = await until(60, async () => {
        const look = await cluster().cluster.watch({ ...there, workloads }, one);
        return look.status === 'progressing' ? undefined : look;
      });
      expect(failed).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(/^new pods are refused: .*maximum memory usage per Container is 64Mi/),
      });
    }
  });

  wholeTest('has the words of an admission policy', async ({ expect }) => {
    const { one, two } = cluster().images;
    const namespace = 'policy';
    await namespaced(namespace);
    const policies = '/apis/admissionregistration.k8s.io/v1';
    const apiVersion = 'admissionregistration.k8s.io/v1';
    const metadata = { name: 'signed' };
    const updates = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['deployments'] };
    await make(`${policies}/validatingadmissionpolicies`, {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        matchConstraints: { namespaceSelector: { matchLabels: { policy: namespace } }, resourceRules: [updates] },
        validations: [{ expression: 'false', message: 'images must be signed' }],
      },
    });
    await make(`${policies}/validatingadmissionpolicybindings`, {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: 'signed', validationActions: ['Deny'] },
    });
    const there = { ...place('web'), namespace };
    // A policy is in force a moment after it was made: until then images are set, from one to two and back.
    let [from, to] = [one, two];
    await makeDeployment(cluster().admin, namespace, foreignDeployment('web', one, { replicas: 0 }));
    let number = 0;
    const refused = await until(30, async () => {
      number += 1;
      const applied = await cluster().cluster.apply(there, order(to, number, [from]));
      if (applied.kind === 'applied') [from, to] = [to, from];
      return applied.kind === 'refused' ? applied : undefined;
    });
    expect(refused).toMatchObject({
      image: from,
      reason: expect.stringMatching(
        /^setting the image of .* is refused \(422\): .*'signed'.*denied request: images must be signed/,
      ),
    });
    // What runs already is not undone for its number, and a stamp tells what runs all the same.
    expect(await cluster().cluster.apply(there, order(from, number + 1, [from]))).toMatchObject({
      kind: 'applied',
      unnumbered: expect.stringMatching(/images must be signed/),
    });
    expect(await cluster().cluster.stamp(there, number + 2)).toMatchObject({
      image: from,
      refused: expect.stringMatching(/^stamping Deployment web .*images must be signed/),
    });
  });
}
