import { strict as assert } from 'node:assert';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  answers,
  approve,
  built,
  type Codebase,
  greet,
  imageOf,
  type Journey,
  noPodOf,
  revert,
  short,
  stands,
  told,
  underLoad,
} from './acts.ts';
import type { Scene } from './scene.ts';

/** Approved, and rolled back by itself while what ran goes on serving; what was said and how many requests were answered meanwhile. */
async function rolledBack(scene: Scene, codebase: Codebase, commit: string): Promise<{ reason: string; sent: number }> {
  const before = await imageOf(scene, codebase);
  let reason = '';
  const sent = await underLoad(scene, codebase, async () => {
    await approve(scene, codebase, commit);
    reason = await stands(scene, codebase, commit, 'rolled-back');
  });
  assert.equal(await imageOf(scene, codebase), before);
  await answers(scene, codebase, scene.lived[codebase].at(-1) ?? '');
  const { release } = await scene.api.release(codebase, commit);
  await noPodOf(scene, release.image ?? '');
  return { reason, sent };
}

export const neverReady: Journey = {
  name: 'a release that is never ready is rolled back at its deadline',
  run: async (scene) => {
    const commit = await built(scene, 'bell', {
      file: 'main.go',
      change: (text) => text.replace('var draining atomic.Bool\n', '$&\tdraining.Store(true)\n'),
      message: 'never ready',
    });
    const { reason, sent } = await rolledBack(scene, 'bell', commit);
    assert.match(reason, /^not complete before its deadline: /);
    await revert(scene, 'bell');
    return `${reason}; ${sent} requests, 0 failed`;
  },
};

export const crashLoop: Journey = {
  name: 'a release that crashes is rolled back long before its deadline',
  run: async (scene) => {
    const commit = await built(scene, 'chime', {
      file: 'main.go',
      change: (text) => text.replace(/\tvar draining/, '\tlog.Fatal("no way to the database")\n$&'),
      message: 'crashes at start',
    });
    const { reason, sent } = await rolledBack(scene, 'chime', commit);
    assert.match(reason, /^container web keeps crashing \(exit code 1\), .*; it last said: .*no way to the database$/);
    const { detail } = await told(scene, 'chime', commit, 'rolling-back');
    assert.match(String(detail?.log), /no way to the database/);
    await revert(scene, 'chime');
    return `${reason}; ${sent} requests, 0 failed`;
  },
};

/** As `aws ecr batch-delete-image` does. */
const deleteImage = (scene: Scene, codebase: Codebase, digest: string) =>
  rmSync(join(scene.repository(codebase), '_manifests', digest.replace(':', '-')));

export const imageDeleted: Journey = {
  name: 'an image that was deleted after its build is not rolled out',
  run: async (scene) => {
    const commit = await built(scene, 'chime', greet('deleted'));
    const { release } = await scene.api.release('chime', commit);
    deleteImage(scene, 'chime', release.digest ?? '');
    const { reason } = await rolledBack(scene, 'chime', commit);
    assert.equal(reason, `the registry of chime no longer has ${release.image}`);
    return `${short(commit)}: ${reason.replace(/sha256:.*/, 'sha256:…')}`;
  },
};

export const pullFails: Journey = {
  name: 'an image that the node cannot pull is rolled back long before its deadline',
  run: async (scene) => {
    const commit = await built(scene, 'chime', greet('not to be pulled'));
    // The node is sent to a mirror that does not have it, by the very file that the README tells people to write.
    const way = join(scene.kubernetes.folder, 'certs.d', scene.stack.registry);
    const [mirror] = scene.kubernetes.images.one.split('/');
    mkdirSync(way);
    writeFileSync(join(way, 'hosts.toml'), `server = "http://${mirror}"\n[host."http://${mirror}"]\n`);
    const { reason, sent } = await rolledBack(scene, 'chime', commit).finally(() => rmSync(way, { recursive: true }));
    assert.match(reason, /^the image of web cannot be pulled: .*not found/);
    return `${reason.slice(0, 60)}…; ${sent} requests, 0 failed`;
  },
};
