import { strict as assert } from 'node:assert';
import { deploymentAt, setImage } from '../../cluster/foreign-hand.ts';
import {
  answers,
  approve,
  built,
  type Codebase,
  ENVIRONMENT,
  greet,
  imageOf,
  type Journey,
  NAMESPACE,
  short,
  stands,
  told,
} from './acts.ts';
import type { Scene } from './scene.ts';

export const drift: Journey = {
  name: 'an image set by hand (kubectl set image) is put back to what was approved',
  run: async (scene) => {
    const commit = scene.lived.chime.at(-1) ?? '';
    const approved = await imageOf(scene, 'chime');
    const { number } = await scene.api.target('chime', ENVIRONMENT);
    await setImage(scene.admin, NAMESPACE, 'chime', scene.kubernetes.images.two);
    await scene.api.targetOnce(
      'chime',
      ENVIRONMENT,
      (target) => target.number > number && target.rollout === null,
      'it is put back',
    );
    assert.equal(await imageOf(scene, 'chime'), approved);
    await answers(scene, 'chime', commit);
    const { entries } = await scene.api.release('chime', commit);
    const healed = entries.findLast(({ what, detail }) => what === 'live' && detail?.kind === 'heal');
    const seen = entries.findLast(({ what, text }) => what === 'drift' && text.includes('(kubectl-set)'));
    assert.ok(healed && seen, 'the history does not tell who changed it and that it was put back');
    const target = await scene.api.target('chime', ENVIRONMENT);
    assert.deepEqual([target.number, target.live?.release, target.held], [number + 1, commit, null]);
    return seen.text.replace(/sha256:[0-9a-f]+/g, 'sha256:…').slice(0, 150);
  },
};

/** Deletes the Deployment while a release rolls out, as `kubectl delete deployment` does; the release, and why the target is held then. */
async function deletedDuringRollout(scene: Scene, codebase: Codebase): Promise<{ commit: string; reason: string }> {
  const commit = await built(scene, codebase, greet('deleted meanwhile'));
  await approve(scene, codebase, commit);
  await told(scene, codebase, commit, 'applied');
  const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${codebase}`;
  assert.equal((await scene.admin({ method: 'DELETE', path })).status, 200);
  const { held, live, rollout } = await scene.api.targetOnce(
    codebase,
    ENVIRONMENT,
    (target) => target.held !== null,
    'held',
  );
  assert.deepEqual([live, rollout], [null, null]);
  assert.match(held?.reason ?? '', /^the workload is gone/);
  return { commit, reason: held?.reason ?? '' };
}

/** A person ends the hold and offers the release again, and says yes. */
async function offerAgain(scene: Scene, codebase: Codebase, commit: string): Promise<void> {
  await scene.api.operate(`/targets/${codebase}/${ENVIRONMENT}/unhold`);
  await scene.api.operate(`/targets/${codebase}/${ENVIRONMENT}/offer`, { release: commit });
  await approve(scene, codebase, commit);
}

export const deletedAndMade: Journey = {
  name: 'a Deployment deleted during a rollout: held; offered again, it is made anew where drover makes it',
  run: async (scene) => {
    const { commit, reason } = await deletedDuringRollout(scene, 'chime');
    await offerAgain(scene, 'chime', commit);
    await stands(scene, 'chime', commit, 'live');
    await answers(scene, 'chime', commit);
    const { metadata } = await deploymentAt(scene.admin, NAMESPACE, 'chime');
    assert.equal(metadata.generation, 1);
    return `held: ${reason}; ${short(commit)} offered by hand, made anew, live`;
  },
};

export const deletedAndMissed: Journey = {
  name: 'a Deployment deleted during a rollout: held; offered again, it is told as missing where drover does not make it',
  run: async (scene) => {
    const { commit } = await deletedDuringRollout(scene, 'bell');
    const { holds } = await scene.api.target('bell', ENVIRONMENT);
    await offerAgain(scene, 'bell', commit);
    const { held } = await scene.api.targetOnce(
      'bell',
      ENVIRONMENT,
      (target) => target.held !== null && target.holds > holds,
      'held again',
    );
    assert.match(held?.reason ?? '', /^there is no Deployment bell in namespace default/);
    return `held: ${held?.reason}`;
  },
};
