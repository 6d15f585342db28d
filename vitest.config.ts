import { defineConfig } from 'vitest/config';

/** Two tiers: `unit` needs nothing but Node and git; `real` runs the same contracts and journeys against engines that drover did not write. */
export default defineConfig({
  test: {
    // On two cores the default is one worker; much of the time is spent waiting for processes.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.real.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/**/*.real.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
