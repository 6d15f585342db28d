import { strict as assert } from 'node:assert';
import { decide } from '../../../local/demo/person.ts';
import { deploymentAt, foreignDeployment, makeDeployment } from '../../cluster/foreign-hand.ts';
import {
  answers,
  approve,
  built,
  course,
  ENVIRONMENT,
  greet,
  imageOf,
  type Journey,
  linkFor,
  NAMESPACE,
  noPodOf,
  short,
  stands,
  told,
  underLoad,
} from './acts.ts';
import type { Scene } from './scene.ts';

/** A Deployment and a Service, as somebody made them before drover came, with `kubectl create`. */
async function makeBell({ admin, kubernetes }: Scene): Promise<void> {
  await makeDeployment(admin, NAMESPACE, foreignDeployment('bell', kubernetes.images.one, { replicas: 2 }));
  await admin({
    method: 'POST',
    path: `/api/v1/namespaces/${NAMESPACE}/services`,
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'bell' },
      spec: { selector: { app: 'bell' }, ports: [{ port: 80, targetPort: 'http' }] },
    },
  });
}

export const firstRelease: Journey = {
  name: 'first release: pushed, built, approved, and made in the cluster',
  run: async (scene) => {
    const commit = await built(scene, 'chime');
    await approve(scene, 'chime', commit);
    await stands(scene, 'chime', commit, 'live');
    const address = await answers(scene, 'chime', commit);
    const { release } = await scene.api.release('chime', commit);
    assert.equal(await imageOf(scene, 'chime'), release.image);
    const { detail } = await told(scene, 'chime', commit, 'live');
    const pods = Object.entries(detail ?? {}).filter(([name]) => name.startsWith('pod.'));
    assert.deepEqual([detail?.pods, pods.length], [2, 2]);
    for (const [, line] of pods) assert.match(String(line), /, 0 restarts, runs the digest$/);
    return `${short(commit)} answers at ${address} from 2 pods that run ${release.digest?.slice(0, 19)}…`;
  },
};

export const takeover: Journey = {
  name: 'a Deployment that somebody made is taken over, and keeps all but its image',
  run: async (scene) => {
    await makeBell(scene);
    const commit = await built(scene, 'bell');
    await approve(scene, 'bell', commit);
    await stands(scene, 'bell', commit, 'live');
    await answers(scene, 'bell', commit);
    const applied = await told(scene, 'bell', commit, 'applied');
    assert.match(applied.text, /taken over from kubectl-create$/);
    const { spec } = await deploymentAt(scene.admin, NAMESPACE, 'bell');
    assert.equal(spec.template.spec.containers.length, 1);
    const { baseline } = await scene.api.target('bell', ENVIRONMENT);
    assert.equal(baseline, scene.kubernetes.images.one);
    return applied.text.replace(/^.*, /, '');
  },
};

export const update: Journey = {
  name: 'update without a failed request',
  run: async (scene) => {
    const before = await imageOf(scene, 'chime');
    const commit = await built(scene, 'chime', greet('good day'));
    const sent = await underLoad(scene, 'chime', async () => {
      await approve(scene, 'chime', commit);
      await stands(scene, 'chime', commit, 'live');
      await answers(scene, 'chime', commit);
      // To the end of the last of the old pods, which serve on while they are told to end.
      await noPodOf(scene, before ?? '');
    });
    assert.ok(sent > 100, `only ${sent} requests`);
    assert.deepEqual(await course(scene, 'chime', commit), ['approved', 'applied', 'live']);
    return `${sent} requests on as many connections, 0 failed`;
  },
};

export const twoAtOnce: Journey = {
  name: 'two releases approved at once, and one of them twice',
  run: async (scene) => {
    const [chime, bell] = await Promise.all([
      built(scene, 'chime', greet('both at once')),
      built(scene, 'bell', greet('both at once')),
    ]);
    const links = await Promise.all([linkFor(scene, 'chime', chime), linkFor(scene, 'bell', bell)]);
    const { number } = await scene.api.target('chime', ENVIRONMENT);
    const [ofChime, ofBell] = links;
    const decided = await Promise.all([
      decide(ofChime, 'approve', 'Ann'),
      decide(ofBell, 'approve', 'Ann'),
      decide(ofChime, 'approve', 'Bob'),
    ]);
    await Promise.all([stands(scene, 'chime', chime, 'live'), stands(scene, 'bell', bell, 'live')]);
    await Promise.all([answers(scene, 'chime', chime), answers(scene, 'bell', bell)]);
    assert.deepEqual(await course(scene, 'chime', chime), ['approved', 'applied', 'live']);
    assert.deepEqual(await course(scene, 'bell', bell), ['approved', 'applied', 'live']);
    const after = await scene.api.target('chime', ENVIRONMENT);
    assert.equal(after.number, number + 1, 'one approval began more than one rollout');
    const { by } = await told(scene, 'chime', chime, 'approved');
    const statuses = decided.map(({ status }) => status).join(', ');
    return `both live, side by side; of two approvals of one ask ${by?.name}'s counted, in one rollout (${statuses})`;
  },
};

export const rollback: Journey = {
  name: 'rollback by hand, after which the target is held',
  run: async (scene) => {
    const [to = ''] = scene.lived.chime;
    const sent = await underLoad(scene, 'chime', async () => {
      await scene.api.operate(`/targets/chime/${ENVIRONMENT}/rollback`, { to });
      await scene.api.targetOnce(
        'chime',
        ENVIRONMENT,
        ({ live, held, rollout }) => live?.release === to && held !== null && rollout === null,
        'rolled back and held',
      );
      await answers(scene, 'chime', to);
    });
    const { release } = await scene.api.release('chime', to);
    assert.equal(await imageOf(scene, 'chime'), release.image);
    return `${short(to)} runs again, held; ${sent} requests, 0 failed`;
  },
};
