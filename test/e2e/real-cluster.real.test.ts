import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realJourneys } from './real-cluster/journeys.ts';
import { type Scene, setScene } from './real-cluster/scene.ts';

describe('the whole pipeline on a real Kubernetes', () => {
  let scene: Scene;
  let failed: string | undefined;
  beforeAll(async () => {
    scene = await setScene({ onProblem: () => undefined });
  });
  afterAll(() => scene?.close());

  test.each(realJourneys)('$name', async ({ name, run }) => {
    // Each goes on from where the last one ended.
    expect(failed, 'an earlier journey failed').toBeUndefined();
    failed = name;
    expect(await run(scene)).not.toBe('');
    failed = undefined;
  });
});
