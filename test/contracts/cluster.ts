// One suite for every cluster, so it is long: each case is one promise of lib/cluster/cluster.ts, seen through its own four calls.
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApplyOrder, Cluster } from '../../lib/cluster/cluster.ts';
import type { KubernetesApi } from '../../lib/cluster/kubernetes/api.ts';
import type { Place, Workload } from '../../lib/target/record.ts';
import {
  annotate,
  deploymentAt,
  type Foreign,
  foreignDeployment,
  foreignOfKind,
  makeDeployment,
  setImage,
} from '../cluster/foreign-hand.ts';
import { until } from '../cluster/until.ts';
import { clusterFailures } from './cluster-failures.ts';

/** How far the clock of `later` is ahead, in milliseconds: beyond the patience that drover has with a registry or a node. */
export const LATER = 180_000;

export type ClusterUnderTest = {
  cluster: Cluster;
  /** The same, asked by a clock that is ahead. */
  later: Cluster;
  /** The same cluster as a user who may do what drover's Role says, for the workload `allowed` alone. */
  restricted: Cluster;
  /** As that user, without drover's own restraint. */
  restrictedApi: KubernetesApi;
  /** As an administrator: the foreign hand. */
  admin: KubernetesApi;
  namespace: string;
  /**
   * Images that can be pulled: two that work, one whose readiness probe fails, one that ends at once, saying "boom"; one that is not
   * there; an index without a variant for this machine; a program for another processor, where the cluster starts programs itself.
   */
  images: {
    one: string;
    two: string;
    neverReady: string;
    crashing: string;
    missing: string;
    otherPlatform: string;
    otherProcessor?: string;
  };
  close: () => Promise<void>;
};

const RELEASE = '0123456789abcdef0123456789abcdef01234567';

/** What drover asks of a cluster. `start` gives a cluster with an empty namespace; `kinds`: the workloads that it can run. */
export function clusterContract(
  name: string,
  start: () => Promise<ClusterUnderTest>,
  kinds: readonly Workload['kind'][] = ['Deployment'],
): void {
  describe(`cluster contract: ${name}`, () => {
    let it: ClusterUnderTest;
    beforeAll(async () => {
      it = await start();
    });
    afterAll(() => it?.close());

    const place = (...workloads: string[]): Place => ({
      cluster: 'contract',
      namespace: it.namespace,
      workloads: workloads.map((workload) => ({ kind: 'Deployment', name: workload, container: 'web' })),
      create: false,
    });
    const order = (image: string, number: number, expected: ApplyOrder['expected']): ApplyOrder => ({
      image,
      number,
      expected,
      release: RELEASE,
      approval: 'Ada (api-token), question 1',
      stillCurrent: async () => true,
    });
    /** A workload that somebody else made; without replicas it is only a description, which is all that most cases need. */
    const foreign = (workload: string, image: string, more: Foreign = { replicas: 0 }) =>
      makeDeployment(it.admin, it.namespace, foreignDeployment(workload, image, more));
    const seen = (workload: string) => deploymentAt(it.admin, it.namespace, workload);
    const watched = (workload: string, image: string, seconds = 60) =>
      until(seconds, async () => {
        const one = await it.cluster.watch(place(workload), image);
        return one.status === 'progressing' ? undefined : one;
      });

    test.concurrent('makes a workload that is missing, where that is allowed, and watches it until it runs', async ({
      expect,
    }) => {
      const there = { ...place('made'), create: true };
      expect(await it.cluster.look(there)).toMatchObject({
        kind: 'missing',
        reason: `there is no Deployment made in namespace ${there.namespace}: the rollout makes it`,
      });
      expect(await it.cluster.apply(there, order(it.images.one, 1, [null]))).toEqual({
        kind: 'applied',
        takenFrom: [],
      });
      expect(await it.cluster.apply(there, order(it.images.one, 1, [null]))).toEqual({
        kind: 'applied',
        takenFrom: [],
      });
      expect(await watched('made', it.images.one)).toMatchObject({ status: 'complete', image: it.images.one });
      expect(await it.cluster.look(there)).toEqual({ kind: 'running', image: it.images.one, number: 1 });
      expect((await seen('made')).status.availableReplicas).toBe(2);
      expect(await it.cluster.apply(there, order(it.images.two, 2, [it.images.one]))).toEqual({
        kind: 'applied',
        takenFrom: [],
      });
      expect(await watched('made', it.images.two)).toMatchObject({ status: 'complete' });
      const { metadata, spec } = await seen('made');
      expect(spec.template.spec.containers).toHaveLength(1);
      expect(spec.replicas).toBe(2);
      expect(metadata.annotations).toMatchObject({
        'drover.dev/rollout': '2',
        'drover.dev/release': RELEASE,
        'drover.dev/approval': 'Ada (api-token), question 1',
        'kubernetes.io/change-cause': 'drover: release 0123456789ab, rollout 2',
      });
    });

    test.concurrent('takes the image over by force the first time, and says from whom', async ({ expect }) => {
      const before = await foreign('taken', it.images.one);
      const applied = await it.cluster.apply(place('taken'), order(it.images.two, 1, [it.images.one]));
      expect(applied).toEqual({ kind: 'applied', takenFrom: ['kubectl-create'] });
      const after = await seen('taken');
      expect(after.spec.template.spec.containers).toEqual([
        { ...before.spec.template.spec.containers[0], image: it.images.two },
      ]);
      expect(after.metadata.managedFields.map(({ manager, operation }) => [manager, operation])).toContainEqual([
        'drover',
        'Apply',
      ]);
      expect(await it.cluster.apply(place('taken'), order(it.images.two, 1, [it.images.one]))).toEqual(applied);
      expect(await it.cluster.apply(place('taken'), order(it.images.one, 2, [it.images.two]))).toEqual({
        kind: 'applied',
        takenFrom: [],
      });
      expect((await seen('taken')).metadata.annotations['drover.dev/taken-from']).toBeUndefined();
    });

    test.concurrent('changes nothing the second time', async ({ expect }) => {
      await foreign('repeated', it.images.one);
      await it.cluster.apply(place('repeated'), order(it.images.two, 1, [it.images.one]));
      const once = await until(10, async () => {
        const one = await seen('repeated');
        const settled =
          one.metadata.annotations['deployment.kubernetes.io/revision'] === '2' &&
          one.status.observedGeneration === one.metadata.generation;
        return settled ? one : undefined;
      });
      await it.cluster.apply(place('repeated'), order(it.images.two, 1, [it.images.one]));
      const twice = await seen('repeated');
      expect(twice.metadata.generation).toBe(once.metadata.generation);
      expect(twice.metadata.managedFields).toEqual(once.metadata.managedFields);
    });

    test.concurrent('gives way to a higher number', async ({ expect }) => {
      await foreign('ahead', it.images.one);
      await it.cluster.stamp(place('ahead'), 5);
      const applied = await it.cluster.apply(place('ahead'), order(it.images.two, 4, [it.images.one]));
      expect(applied).toEqual({ kind: 'gave-way', image: it.images.one, number: 5 });
      expect((await it.cluster.look(place('ahead'))).kind).toBe('running');
      expect(await it.cluster.look(place('ahead'))).toMatchObject({ image: it.images.one });
    });

    test.concurrent('finds another image than the one that was to be replaced, and leaves it', async ({ expect }) => {
      await foreign('other', it.images.one);
      const applied = await it.cluster.apply(place('other'), order(it.images.two, 1, [it.images.neverReady, null]));
      expect(applied).toEqual({ kind: 'found-other', image: it.images.one, touched: false });
      expect(await it.cluster.look(place('other'))).toEqual({ kind: 'running', image: it.images.one, number: 0 });
    });

    test.concurrent('finds its own rollout touched by somebody since, and leaves it', async ({ expect }) => {
      await foreign('touched', it.images.one);
      await it.cluster.apply(place('touched'), order(it.images.two, 1, [it.images.one]));
      await setImage(it.admin, it.namespace, 'touched', it.images.neverReady);
      const again = await it.cluster.apply(place('touched'), order(it.images.two, 1, [it.images.one]));
      expect(again).toEqual({ kind: 'found-other', image: it.images.neverReady, touched: true });
      expect(await it.cluster.watch(place('touched'), it.images.two)).toMatchObject({ image: it.images.neverReady });
    });

    test.concurrent('heals any image, and says whose it was', async ({ expect }) => {
      await foreign('healed', it.images.one);
      await it.cluster.apply(place('healed'), order(it.images.two, 1, [it.images.one]));
      await setImage(it.admin, it.namespace, 'healed', it.images.neverReady);
      const applied = await it.cluster.apply(place('healed'), order(it.images.two, 2, 'any'));
      expect(applied).toEqual({ kind: 'applied', takenFrom: ['kubectl-set'] });
      expect(await it.cluster.look(place('healed'))).toEqual({ kind: 'running', image: it.images.two, number: 2 });
    });

    test.concurrent('tells what differs from what was approved, and whose doing it is', async ({ expect }) => {
      await foreign('drifting', it.images.one);
      expect(await it.cluster.check(place('drifting'), it.images.one)).toEqual({ kind: 'as-approved' });
      await it.cluster.apply(place('drifting'), order(it.images.two, 1, [it.images.one]));
      expect(await it.cluster.check(place('drifting'), it.images.two)).toEqual({ kind: 'as-approved' });
      const before = Date.now() - 5_000;
      await setImage(it.admin, it.namespace, 'drifting', it.images.neverReady);
      const checked = await it.cluster.check(place('drifting'), it.images.two);
      expect(checked).toEqual({
        kind: 'differs',
        image: it.images.neverReady,
        differences: [
          {
            workload: 'Deployment drifting',
            what: 'image',
            is: it.images.neverReady,
            by: ['kubectl-set'],
            at: expect.any(Number),
          },
        ],
      });
      expect(checked.kind === 'differs' ? checked.differences[0]?.at : 0).toBeGreaterThan(before);
      await setImage(it.admin, it.namespace, 'drifting', it.images.two);
      expect(await it.cluster.check(place('drifting'), it.images.two)).toMatchObject({
        kind: 'differs',
        image: it.images.two,
        differences: [{ what: 'manager', by: ['kubectl-set'] }],
      });
      await it.cluster.apply(place('drifting'), order(it.images.two, 2, 'any'));
      expect((await seen('drifting')).spec.template.spec.containers[0]?.image).toBe(it.images.two);
    });

    test.concurrent('tells a workload or a container that is gone from one that may not be read', async ({
      expect,
    }) => {
      await foreign('shrunk', it.images.one);
      const other = {
        ...place('shrunk'),
        workloads: [{ kind: 'Deployment' as const, name: 'shrunk', container: 'x' }],
      };
      expect(await it.cluster.check(other, it.images.one)).toMatchObject({
        kind: 'differs',
        image: null,
        differences: [{ what: 'container', is: expect.stringMatching(/no container x.*web/) }],
      });
      expect(await it.cluster.check(place('vanished'), it.images.one)).toMatchObject({
        kind: 'differs',
        image: null,
        differences: [{ what: 'workload', is: expect.stringContaining('no Deployment vanished') }],
      });
      expect(await it.restricted.check(place('shrunk'), it.images.one)).toMatchObject({
        kind: 'refused',
        reason: expect.stringContaining('may not get deployments'),
      });
    });

    test.concurrent('never adds a container that is not there', async ({ expect }) => {
      const before = await foreign('contained', it.images.one);
      const wrong = {
        ...place('contained'),
        workloads: [{ kind: 'Deployment' as const, name: 'contained', container: 'wbe' }],
      };
      const applied = await it.cluster.apply(wrong, order(it.images.two, 1, 'any'));
      expect(applied).toMatchObject({
        kind: 'refused',
        image: null,
        reason: expect.stringMatching(/no container wbe.*web/),
      });
      expect((await seen('contained')).spec).toEqual(before.spec);
      expect(await it.cluster.look(wrong)).toMatchObject({ kind: 'missing', reason: expect.stringContaining('wbe') });
      expect(await it.cluster.watch(wrong, it.images.two)).toMatchObject({ image: null });
    });

    test.concurrent('says what is there where a workload is missing, and makes none uninvited', async ({ expect }) => {
      await foreign('present', it.images.one);
      const applied = await it.cluster.apply(place('absent'), order(it.images.two, 1, [null, it.images.one]));
      expect(applied).toMatchObject({
        kind: 'refused',
        image: null,
        reason: expect.stringMatching(/no Deployment absent.*there are: .*present/),
      });
      const invited = await it.cluster.apply(
        { ...place('absent'), create: true },
        order(it.images.two, 1, [it.images.one]),
      );
      expect(invited).toMatchObject({ kind: 'refused', image: null });
      expect(await it.cluster.look(place('absent'))).toMatchObject({ kind: 'missing' });
      expect(await it.cluster.watch(place('absent'), it.images.two)).toMatchObject({ image: null, status: 'failed' });
      expect(await it.cluster.stamp(place('absent'), 3)).toEqual({ image: null });
    });

    test.concurrent('sees what changed between looking and patching, and judges anew', async ({ expect }) => {
      await foreign('raced', it.images.one);
      const raced = {
        ...order(it.images.two, 1, [it.images.one]),
        stillCurrent: async () => {
          await setImage(it.admin, it.namespace, 'raced', it.images.neverReady);
          return true;
        },
      };
      const applied = await it.cluster.apply(place('raced'), raced);
      expect(applied).toEqual({ kind: 'found-other', image: it.images.neverReady, touched: false });
      expect(await it.cluster.look(place('raced'))).toEqual({
        kind: 'running',
        image: it.images.neverReady,
        number: 0,
      });
    });

    test.concurrent('patches nothing while the workload keeps changing, and can be tried again', async ({ expect }) => {
      await foreign('restless', it.images.one);
      let changes = 0;
      const restless = {
        ...order(it.images.two, 1, [it.images.one]),
        stillCurrent: async () => {
          changes += 1;
          await annotate(it.admin, it.namespace, 'restless', { change: String(changes) });
          return true;
        },
      };
      await expect(it.cluster.apply(place('restless'), restless)).rejects.toMatchObject({
        code: 'conflict',
        retryable: true,
      });
      expect(await it.cluster.look(place('restless'))).toEqual({ kind: 'running', image: it.images.one, number: 0 });
      expect(await it.cluster.apply(place('restless'), order(it.images.two, 1, [it.images.one]))).toMatchObject({
        kind: 'applied',
      });
    });

    test.concurrent('makes nothing of a workload that is deleted in between', async ({ expect }) => {
      await foreign('deleted', it.images.one);
      const raced = {
        ...order(it.images.two, 1, [it.images.one]),
        stillCurrent: async () => {
          await it.admin({ method: 'DELETE', path: `/apis/apps/v1/namespaces/${it.namespace}/deployments/deleted` });
          return true;
        },
      };
      expect(await it.cluster.apply(place('deleted'), raced)).toMatchObject({
        kind: 'refused',
        image: null,
        reason: expect.stringContaining('no Deployment deleted'),
      });
      expect(await it.cluster.look(place('deleted'))).toMatchObject({ kind: 'missing' });
    });

    test.concurrent('patches nothing once the rollout is not asked for any more', async ({ expect }) => {
      await foreign('withdrawn', it.images.one);
      const applied = await it.cluster.apply(place('withdrawn'), {
        ...order(it.images.two, 1, [it.images.one]),
        stillCurrent: async () => false,
      });
      expect(applied).toEqual({ kind: 'withdrawn' });
      expect(await it.cluster.look(place('withdrawn'))).toEqual({ kind: 'running', image: it.images.one, number: 0 });
    });

    test.concurrent('goes on where an earlier call ended, and touches none unless all may be', async ({ expect }) => {
      await foreign('first', it.images.one);
      await foreign('second', it.images.one);
      await it.cluster.apply(place('first'), order(it.images.two, 1, [it.images.one]));
      expect(await it.cluster.look(place('first', 'second'))).toMatchObject({ kind: 'mixed' });
      await it.cluster.apply(place('first', 'second'), order(it.images.two, 1, [it.images.one]));
      expect(await it.cluster.look(place('first', 'second'))).toEqual({
        kind: 'running',
        image: it.images.two,
        number: 1,
      });
      await setImage(it.admin, it.namespace, 'second', it.images.neverReady);
      const applied = await it.cluster.apply(place('first', 'second'), order(it.images.one, 2, [it.images.two]));
      expect(applied).toEqual({ kind: 'found-other', image: it.images.neverReady, touched: false });
      expect(await it.cluster.look(place('first'))).toEqual({ kind: 'running', image: it.images.two, number: 1 });
    });

    test.concurrent('sets the image of several containers of one workload at once, and sees each of them', async ({
      expect,
    }) => {
      const { one, two, neverReady } = it.images;
      await foreign('paired', one, { replicas: 1, also: [{ name: 'worker', image: one }] });
      const [web] = place('paired').workloads;
      if (web === undefined) throw new Error('no workload');
      const both = { ...place(), workloads: [web, { ...web, container: 'worker' }] };
      const images = async () => (await seen('paired')).spec.template.spec.containers.map(({ image }) => image);
      const applied = await it.cluster.apply(both, order(two, 1, [one]));
      expect(applied).toEqual({ kind: 'applied', takenFrom: ['kubectl-create'] });
      expect(await images()).toEqual([two, two]);
      const once = await seen('paired');
      expect(await it.cluster.apply(both, order(two, 1, [one]))).toEqual(applied);
      expect((await seen('paired')).metadata.managedFields).toEqual(once.metadata.managedFields);
      const complete = await until(60, async () => {
        const look = await it.cluster.watch(both, two);
        return look.status === 'progressing' ? undefined : look;
      });
      expect(complete).toMatchObject({ status: 'complete', pods: { count: 1, first: [{ isImage: true }] } });
      expect(await it.cluster.look(both)).toEqual({ kind: 'running', image: two, number: 1 });
      await setImage(it.admin, it.namespace, 'paired', neverReady, 'worker');
      expect(await it.cluster.look(both)).toMatchObject({ kind: 'mixed' });
      expect(await it.cluster.watch(both, two)).toMatchObject({ image: neverReady });
      expect(await it.cluster.check(both, two)).toMatchObject({
        kind: 'differs',
        image: neverReady,
        differences: [{ workload: 'Deployment paired, container worker', what: 'image', by: ['kubectl-set'] }],
      });
      const again = await it.cluster.apply(both, order(two, 1, [one]));
      expect(again).toEqual({ kind: 'found-other', image: neverReady, touched: true });
      expect(await it.cluster.apply(both, order(two, 2, [two]))).toMatchObject({ kind: 'found-other', touched: false });
      expect(await it.cluster.apply(both, order(two, 2, 'any'))).toEqual({
        kind: 'applied',
        takenFrom: ['kubectl-set'],
      });
      expect(await images()).toEqual([two, two]);
    });

    test.concurrent('sees one of several fail, puts all back, and says which pods run the digest', async ({
      expect,
    }) => {
      await foreign('front', it.images.one, { replicas: 1 });
      await foreign('back', it.images.one, { replicas: 1 });
      const both = place('front', 'back');
      const ended = (image: string) =>
        until(60, async () => {
          const one = await it.cluster.watch(both, image);
          return one.status === 'progressing' ? undefined : one;
        });
      expect(await it.cluster.apply(both, order(it.images.two, 1, [it.images.one]))).toMatchObject({ kind: 'applied' });
      const complete = await ended(it.images.two);
      expect(complete).toMatchObject({ status: 'complete', restarts: 0, pods: { count: 2 } });
      expect(complete.pods?.first.map(({ isImage }) => isImage)).toEqual([true, true]);
      expect(complete.pods?.first.map((pod) => pod.name.split('-')[0])).toEqual(['front', 'back']);
      await it.cluster.apply(both, order(it.images.crashing, 2, [it.images.two]));
      expect(await ended(it.images.crashing)).toMatchObject({ status: 'failed' });
      const back = await it.cluster.apply(both, order(it.images.two, 3, [it.images.crashing, it.images.two]));
      expect(back).toMatchObject({ kind: 'applied' });
      expect(await ended(it.images.two)).toMatchObject({ status: 'complete' });
      expect(await it.cluster.look(both)).toEqual({ kind: 'running', image: it.images.two, number: 3 });
    });

    const others = kinds.filter((kind) => kind !== 'Deployment');
    test.concurrent.for(others)(
      'rolls a %s by its own rule, there and back, and sees it crash',
      async (kind, { expect }) => {
        const workload = kind.toLowerCase();
        const there: Place = { ...place(), workloads: [{ kind, name: workload, container: 'web' }] };
        const made = await it.admin({
          method: 'POST',
          path: `/apis/apps/v1/namespaces/${it.namespace}/${workload}s`,
          query: { fieldManager: 'kubectl-create' },
          body: foreignOfKind(kind, workload, it.images.one),
        });
        expect(made.status).toBe(201);
        const ended = (image: string) =>
          until(90, async () => {
            const one = await it.cluster.watch(there, image);
            return one.status === 'progressing' ? undefined : one;
          });
        expect(await ended(it.images.one)).toMatchObject({ status: 'complete' });
        const applied = await it.cluster.apply(there, order(it.images.two, 1, [it.images.one]));
        expect(applied).toEqual({ kind: 'applied', takenFrom: ['kubectl-create'] });
        const complete = await ended(it.images.two);
        expect(complete).toMatchObject({ status: 'complete', pods: { count: 1, first: [{ isImage: true }] } });
        expect(await it.cluster.check(there, it.images.two)).toEqual({ kind: 'as-approved' });
        await it.cluster.apply(there, order(it.images.crashing, 2, [it.images.two]));
        expect(await ended(it.images.crashing)).toMatchObject({
          status: 'failed',
          reason: expect.stringMatching(/web keeps crashing/),
        });
        expect(await it.cluster.stamp(there, 3)).toEqual({ image: it.images.crashing });
        expect(await it.cluster.apply(there, order(it.images.two, 4, [it.images.crashing]))).toMatchObject({
          kind: 'applied',
        });
        // A StatefulSet waits for its broken pod, which drover may not delete: a person is told to, and then it goes on.
        if (kind === 'StatefulSet') {
          const blocked = await until(30, async () => {
            const one = await it.cluster.watch(there, it.images.two);
            return one.blocked === undefined ? undefined : one;
          });
          expect(blocked).toMatchObject({
            status: 'progressing',
            blocked: 'broken-pod',
            reason: expect.stringContaining('kubectl delete pod statefulset-0'),
          });
          await it.admin({ method: 'DELETE', path: `/api/v1/namespaces/${it.namespace}/pods/statefulset-0` });
        }
        expect(await ended(it.images.two)).toMatchObject({ status: 'complete' });
      },
    );

    test.concurrent('stamps the number and nothing else', async ({ expect }) => {
      await foreign('stamped', it.images.one);
      await it.cluster.apply(place('stamped'), order(it.images.two, 1, [it.images.one]));
      const before = await seen('stamped');
      expect(await it.cluster.stamp(place('stamped'), 3)).toEqual({ image: it.images.two });
      const after = await seen('stamped');
      expect(after.spec).toEqual(before.spec);
      expect(await it.cluster.look(place('stamped'))).toEqual({ kind: 'running', image: it.images.two, number: 3 });
      expect(await it.cluster.stamp(place('stamped'), 2)).toEqual({ image: it.images.two });
      expect(await it.cluster.apply(place('stamped'), order(it.images.one, 2, 'any'))).toMatchObject({
        kind: 'gave-way',
        number: 3,
      });
      expect(await it.cluster.apply(place('stamped'), order(it.images.one, 4, [it.images.two]))).toEqual({
        kind: 'applied',
        takenFrom: [],
      });
    });

    test.concurrent('names the right that is missing', async ({ expect }) => {
      await foreign('allowed', it.images.one);
      await foreign('not-allowed', it.images.one);
      expect(await it.restricted.apply(place('allowed'), order(it.images.two, 1, [it.images.one]))).toMatchObject({
        kind: 'applied',
      });
      expect(await it.restricted.watch(place('allowed'), it.images.two)).toMatchObject({ image: it.images.two });
      const refused = await it.restricted.apply(place('not-allowed'), order(it.images.two, 1, [it.images.one]));
      expect(refused).toMatchObject({
        kind: 'refused',
        reason: expect.stringMatching(/may not get deployments\.apps/),
      });
      // It is not said to be gone.
      expect(await it.restricted.stamp(place('not-allowed'), 3)).toEqual({
        image: undefined,
        refused: expect.stringMatching(/may not get deployments\.apps/),
      });
      const made = await it.restricted.apply(
        { ...place('allowed-no-more'), create: true },
        order(it.images.two, 1, [null]),
      );
      expect(made).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/may not/) });
    });

    test.concurrent('may do what the Role that drover prints says, and no more', async ({ expect }) => {
      await foreign('off-limits', it.images.one);
      const core = `/api/v1/namespaces/${it.namespace}`;
      const apps = `/apis/apps/v1/namespaces/${it.namespace}`;
      const statusOf = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string) => {
        const body = method === 'POST' || method === 'PATCH' ? {} : undefined;
        const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
        return (await it.restrictedApi({ method, path, contentType, body })).status;
      };
      for (const path of [`${core}/pods`, `${core}/events`, `${apps}/replicasets`])
        expect([path, await statusOf('GET', path)]).toEqual([path, 200]);
      const refused = [
        ['GET', `${apps}/deployments`],
        ['GET', `${apps}/deployments/off-limits`],
        ['PATCH', `${apps}/deployments/off-limits`],
        ['DELETE', `${apps}/deployments/allowed`],
        ['POST', `${apps}/deployments`],
        ['DELETE', `${core}/pods/any`],
        ['GET', '/api/v1/namespaces/default/pods'],
        ...(kinds.length > 1
          ? ([
              ['GET', `${core}/secrets`],
              ['GET', `${core}/secrets/any`],
              ['GET', `${core}/configmaps`],
              ['POST', `${core}/pods/any/exec`],
              ['PATCH', `${apps}/deployments/allowed/scale`],
              ['GET', `${apps}/statefulsets`],
              ['GET', '/api/v1/nodes'],
            ] as const)
          : []),
      ] as const;
      for (const [method, path] of refused)
        expect(`${method} ${path}: ${await statusOf(method, path)}`).toBe(`${method} ${path}: 403`);
    });

    test.concurrent('has the words of the cluster where an image is refused', async ({ expect }) => {
      await foreign('odd', it.images.one);
      const applied = await it.cluster.apply(place('odd'), order('', 1, [it.images.one]));
      expect(applied).toMatchObject({
        kind: 'refused',
        image: it.images.one,
        reason: expect.stringMatching(/image.*Required value/),
      });
    });

    test.concurrent('says that a paused rollout does not move, and that none is shown by no replicas', async ({
      expect,
    }) => {
      await foreign('paused', it.images.one, { replicas: 1, paused: true });
      await it.cluster.apply(place('paused'), order(it.images.two, 1, [it.images.one]));
      const paused = await until(20, async () => {
        const one = await it.cluster.watch(place('paused'), it.images.two);
        return one.reason.includes('paused') ? one : undefined;
      });
      expect(paused.status).toBe('progressing');
      await foreign('asleep', it.images.one);
      await it.cluster.apply(place('asleep'), order(it.images.two, 1, [it.images.one]));
      const asleep = await until(20, async () => {
        const one = await it.cluster.watch(place('asleep'), it.images.two);
        return one.reason.includes('scaled to zero') ? one : undefined;
      });
      expect(asleep.status).toBe('progressing');
    });

    test.concurrent('sees a release that is never ready by its own deadline, and the earlier one still serves', async ({
      expect,
    }) => {
      await foreign('unready', it.images.one, { replicas: 1, progressDeadlineSeconds: 4 });
      expect(await watched('unready', it.images.one)).toMatchObject({ status: 'complete' });
      await it.cluster.apply(place('unready'), order(it.images.neverReady, 1, [it.images.one]));
      const failed = await watched('unready', it.images.neverReady);
      expect(failed).toMatchObject({
        image: it.images.neverReady,
        status: 'failed',
        reason: expect.stringContaining('deadline'),
      });
      expect((await seen('unready')).status.availableReplicas).toBe(1);
      expect(await it.cluster.apply(place('unready'), order(it.images.one, 2, [it.images.neverReady]))).toMatchObject({
        kind: 'applied',
      });
      expect(await watched('unready', it.images.one)).toMatchObject({ status: 'complete' });
    });

    test.concurrent('sees a crash loop early, with the last words of the container', async ({ expect }) => {
      await foreign('crashing', it.images.one, { replicas: 1 });
      await it.cluster.apply(place('crashing'), order(it.images.crashing, 1, [it.images.one]));
      const failed = await watched('crashing', it.images.crashing);
      expect(failed).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(/web keeps crashing \(exit code 3\).*boom/),
      });
      expect(failed.log?.join('\n')).toContain('boom');
    });

    test.concurrent('sees early that an image cannot be pulled', async ({ expect }) => {
      await foreign('unpulled', it.images.one, { replicas: 1 });
      await it.cluster.apply(place('unpulled'), order(it.images.missing, 1, [it.images.one]));
      const failed = await watched('unpulled', it.images.missing);
      expect(failed).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(/image of web cannot be pulled.*not found/),
      });
    });

    // All kinds of workloads: a Kubernetes of its own, with admission, volumes and probes.
    clusterFailures({ cluster: () => it, place, order, foreign }, kinds.length === 3);
  });
}
