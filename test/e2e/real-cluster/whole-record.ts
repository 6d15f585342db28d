import { strict as assert } from 'node:assert';
import { numberOf } from '../../../lib/cluster/kubernetes/workload-object.ts';
import { deploymentAt } from '../../cluster/foreign-hand.ts';
import { type Codebase, ENVIRONMENT, type Journey, NAMESPACE } from './acts.ts';
import type { Scene } from './scene.ts';

/** Every entry that speaks of a codebase's target, of each release. */
async function entriesOf({ api }: Scene, codebase: Codebase) {
  const releases = await api.releases(`codebase=${codebase}&limit=50`);
  const found = await Promise.all(releases.map(({ commit }) => api.release(codebase, commit)));
  return found.flatMap(({ release, entries }) => {
    const { state } = release.environments[ENVIRONMENT] ?? {};
    return [{ commit: release.commit, state, entries: entries.filter(({ environment }) => environment !== undefined) }];
  });
}

export const wholeRecord: Journey = {
  name: 'after all that, the record is whole: every release has ended, and no rollout was applied twice',
  run: async (scene) => {
    const rollouts: number[] = [];
    for (const codebase of ['chime', 'bell'] as const) {
      const releases = await entriesOf(scene, codebase);
      for (const { commit, state = 'none' } of releases)
        assert.match(state, /^(live|replaced|rolled-back|held)$/, `${codebase} ${commit} is ${state}`);
      assert.equal(releases.filter(({ state }) => state === 'live').length, codebase === 'chime' ? 1 : 0);
      const entries = releases.flatMap((release) => release.entries);
      const applied = entries.filter(({ what }) => what === 'applied').map(({ detail }) => Number(detail?.number));
      assert.equal(new Set(applied).size, applied.length, `${codebase}: applied as ${applied.join(', ')}`);
      rollouts.push(applied.length);
      const { rollout, number } = await scene.api.target(codebase, ENVIRONMENT);
      assert.deepEqual([rollout, Math.max(...applied) <= number], [null, true]);
    }
    // What the workload says of itself is the record's last rollout.
    const { number } = await scene.api.target('chime', ENVIRONMENT);
    assert.equal(numberOf(await deploymentAt(scene.admin, NAMESPACE, 'chime')), number);
    return `${rollouts.join(' and ')} rollouts and ways back, each applied once`;
  },
};
