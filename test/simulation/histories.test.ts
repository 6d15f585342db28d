import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HEADS, history } from './history.ts';

// More, or others: DROVER_HISTORIES=20000 DROVER_SEED=7 npx vitest run test/simulation/histories.test.ts
// One that broke, alone: DROVER_SEED and DROVER_PATH, as its failure tells them ("seed" and "path").
const numRuns = Number(process.env.DROVER_HISTORIES ?? 200);
const seed = Number(process.env.DROVER_SEED ?? 1);
const path = process.env.DROVER_PATH;
const STEPS = 60;

test('no history of crashes, losses, repetitions and other hands breaks a promise', {
  timeout: 20_000 + numRuns * 100,
}, async () => {
  const seeds = fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { minLength: 1, maxLength: STEPS, size: 'max' });
  await fc.assert(
    fc.asyncProperty(fc.nat(HEADS - 1), seeds, async (head, steps) => {
      const { violation, world } = await history(steps, head);
      expect(violation, `${violation?.message}\n${world.log.join('\n')}`).toBeUndefined();
    }),
    { numRuns, seed, endOnFailure: path !== undefined, ...(path !== undefined && { path }) },
  );
});
